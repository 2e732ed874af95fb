"""Whether the words of an utterance speak of a feeling by themselves: a small list of words, no guess beyond it."""

import re

# Common words that name or colour a feeling when they stand alone. Left out on purpose: words that are as often
# without feeling ("like", "well", "kind", "right") and words that strengthen either side ("really", "so", "damn").
GOOD = """
love loves loved loving lovely adore happy happier happiest happily glad gladly joy joyful cheerful delighted delight
delightful pleased pleasure pleasant wonderful fantastic marvellous marvelous amazing awesome brilliant great excellent
perfect splendid superb beautiful gorgeous sweet charming nice nicely fun funny laugh laughs laughed laughing smile
smiles smiled smiling hooray hurray yay bravo congratulations thanks thank thankful grateful gratitude proud win won
winner lucky luckily fortunate enjoy enjoys enjoyed enjoying excited exciting thrilled celebrate celebration hope
hopeful hopefully friendly best blessed relieved
"""
BAD = """
hate hates hated hating hatred despise awful terrible horrible dreadful disgusting disgusted gross nasty ugly sad sadly
sadness unhappy miserable misery depressed depressing lonely alone cry cries cried crying tears weep wept grief mourn
sorrow sorry regret afraid scared scary fear fears frightened frightening terrified terrifying horror panic worried
worry worries worrying anxious nervous angry anger mad furious rage annoyed annoying irritated upset hurt hurts pain
painful suffer suffers suffered suffering die dies died dying dead death kill killed killing murder war hell damned
stupid idiot idiots fool liar lies cheat cheated betrayed ashamed shame guilty jealous pathetic ridiculous worst worse
bad badly wrong fail failed failure lost lose loser hopeless helpless useless worthless trouble disaster tragedy
tragic unfortunately danger dangerous threat enemy attack
"""
GERMAN_GOOD = """
liebe lieben liebt freude freuen freut froh fröhlich glücklich glück wunderbar herrlich schön schöne toll super prima
großartig spaß lachen lacht lächeln danke dankbar stolz gewonnen hoffnung
"""
GERMAN_BAD = """
hass hassen hasst traurig trauer einsam weinen weint tränen angst fürchten fürchtet furchtbar schrecklich schlimm
entsetzlich wut wütend zornig zorn ärger ärgern böse ekel ekelhaft widerlich dumm idiot tot tod sterben stirbt gestorben
krieg schmerz schmerzen leiden leider verloren verlieren schlecht gefahr gefährlich schuld scham
"""
LEXICON = {
    "en": (frozenset(GOOD.split()), frozenset(BAD.split())),
    "de": (frozenset(GERMAN_GOOD.split()), frozenset(GERMAN_BAD.split())),
}
DENIALS = """
not no never hardly without nobody nothing none nicht kein keine keinen nie niemals ohne
"""
NEGATED = frozenset(DENIALS.split())
REACH = 3  # words from "not" to what it turns around
MOST = 200  # words looked at: a reading of a whole page has no one tone


def tone(words: str, language: str = "en") -> str | None:
    """Return "good" or "bad" where words of feeling are all of that side, "plain" where there is none.

    None where the list cannot tell: no words, another language, words of both sides, too long a text, or one word of
    feeling that is denied ("not happy"), since what that means depends on more than the list.
    """
    if language not in LEXICON:
        return None
    tokens = re.findall(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?", words.lower())
    if not tokens or len(tokens) > MOST:
        return None
    good, bad = LEXICON[language]
    found = set()
    for i, token in enumerate(tokens):
        if token in good or token in bad:
            if any(word in NEGATED or word.endswith(("n't", "n\u2019t")) for word in tokens[max(0, i - REACH) : i]):
                return None
            found.add("good" if token in good else "bad")
    if len(found) > 1:
        return None
    return found.pop() if found else "plain"
