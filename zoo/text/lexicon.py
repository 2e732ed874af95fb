"""The words by which English speaks of a voice: what `claims` reads and `grammar` may write."""


def _table(rows: dict[str, str]) -> dict[str, str]:
    """Turn {meaning: "word word"} into {word: meaning}."""
    return {word: meaning for meaning, words in rows.items() for word in words.split()}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOUNS = _table(
    {
        "pitch": "pitch pitched",
        "energy": "energy volume loudness intensity",
        "speed": "speed pace paced tempo rate",
        "intonation": "intonation contour melody inflection tune tone",
        "voice": "voice",  # not a cue itself; "a high voice" speaks of pitch, "the voice rises" of intonation
    }
)

# A degree needs a noun to say which cue it speaks of.
DEGREES = _table(
    {
        "up": "high higher raised elevated increased heightened above",
        "down": "low lower lowered reduced below",
        "middle": "normal average moderate medium middle ordinary typical",
    }
)
LEVEL_OF_DEGREE = {
    "pitch": {"up": "high", "down": "low", "middle": "normal"},
    "energy": {"up": "high", "down": "low", "middle": "normal"},
    "speed": {"up": "fast", "down": "slow", "middle": "normal"},
}
# Words that mean a level beside one noun alone.
BOUND = {
    ("pitch", "deep"): "low",
    ("energy", "strong"): "high",
    ("energy", "weak"): "low",
    ("energy", "little"): "low",
}
# Words that name cue and level by themselves.
OWN = _table(
    {
        "energy high": "loud louder loudly",
        "energy low": "soft softer softly quiet quieter quietly faint faintly",
        "speed fast": "fast faster quick quicker quickly rapid rapidly hurried brisk briskly",
        "speed slow": "slow slower slowly unhurried",
        "intonation flat": "monotone monotonous",
    }
)
# Words that name a contour where a word of pitch, intonation or voice is near.
MOTIONS = _table(
    {
        "rising": "rising rises rise rose climbs climbing ascending ascends upward",
        "falling": "falling falls fall fell drops dropping drop descending descends downward",
        "flat": "flat",
        "expressive": "expressive varied lively animated",
    }
)
THEN = _words(", and then to before finally")  # between the two halves of rising-falling

STRESS = _words(
    "stress stresses stressed stressing emphasis emphasise emphasises emphasised emphasising "
    "emphasize emphasizes emphasized emphasizing"
)
GENDERS = _table(
    {"female": "female woman woman's lady lady's girl girl's", "male": "male man man's gentleman boy boy's"}
)
AGES = _table(
    {"child": "child kid toddler", "teenager": "teenager teen teenage teenaged adolescent", "elderly": "elderly"}
)
# An adjective that says the age of the person named after it, and says it otherwise of a girl or boy.
AGED = {"young": "young adult", "old": "elderly", "older": "elderly"}
CHILDREN = _words("girl boy child kid")
PERSONS = _words("adult woman man lady gentleman female male person speaker voice guy woman's man's lady's speaker's")

# What may stand between a level and the noun after it ("a fast speaking rate", "high in pitch") ...
BEFORE_NOUN = _words("speaking speech vocal voice voice's overall in")
# ... and between a noun and the level after it ("the pitch of her voice is clearly on the high side").
AFTER_NOUN = _words(
    "is are was were be being been sound sounds sounded seem seems appear appears stay stays remain remains sits feels "
    "kept held very quite rather fairly pretty clearly really particularly especially too a an the at on in within "
    "around of all both also relatively somewhat slightly noticeably just only her his their its this voice speech "
    "speaker speaker's level levels here still about that which not never does do did"
)
ARTICLES = _words("the a an her his their its this both")

NEGATIONS = _words("not no nothing never neither nor without hardly barely than cannot instead lacks")
COMPARED = _words("than compared")  # what follows is only what this voice is measured against
HABIT = _words(
    "usual usually normally habitual habitually habit own otherwise"
)  # ... and then it may be against itself
PRONOUNS = _words("she he they her his him their")
LACKS = _words("lacks lack lacking")  # "the voice lacks energy"
# Words that make a clause speak of people at large, or of what may be, and not of this voice.
GENERAL = _words(
    "people others someone speakers voices men women usually typically often commonly would could might "
    "may perhaps if whether unlike tends tend unclear unknown should"
)
OTHERS = _words("other another")  # likewise, before a word for a person: "another speaker", but not "another story"
CLAUSE_STARTS = _words("but however although though while whereas yet which that because since so here this")
CONTRASTS = _words("but however although though while whereas yet")
CONTINUES = _words("at with in and or using by")  # a part after a comma that goes on with the clause before
