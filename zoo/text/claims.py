"""What a trace states of the voice: claims that can be checked against the measured cues.

A reader by word lists, not a parser: it knows how English usually says "the pitch is high", and where it is in doubt
it reads no claim. It reads none in what is denied, in what is said of people at large and in quotations, except a
single quoted word that is called stressed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zoo.acoustics.cues import RELATIVE
from zoo.text.ages import ages
from zoo.text.habit import by_habit
from zoo.text.levels import Found, alternative, levels
from zoo.text.lexicon import CLAUSE_STARTS, GENDERS, MOTIONS, NOUNS, OWN, STRESS, THEN
from zoo.text.words import Token, general, negated, sentences, word_at

NEAR = 4  # words between a contour and the noun it belongs to


@dataclass(frozen=True)
class Claim:
    """What the text claims of the voice, and where.

    `cue` is one of `zoo.acoustics.cues.LEVELS`, of the values of its `RELATIVE` ("high for this speaker"), "stress"
    (value: the word), "gender" or "age".
    """

    cue: str
    value: str
    start: int
    end: int


def claims(text: str) -> list[Claim]:
    """Return every claim in order of place. Never raises; linear time."""
    found = []
    for sentence in sentences(text):
        at_large, own = general(sentence), by_habit(sentence)
        for first, last, cue, value in sorted(set(_read(sentence))):
            if not at_large[first] and not at_large[last]:
                name = RELATIVE.get(cue, cue) if own[first] and own[last] else cue
                found.append(Claim(name, value, sentence[first].start, sentence[last].end))
    return found


def _read(sentence: list[Token]) -> Iterator[Found]:
    yield from levels(sentence)
    yield from _contours(sentence)
    yield from _stresses(sentence)
    yield from ages(sentence)
    for i, token in enumerate(sentence):
        if token.kind != "word" or negated(sentence, i):
            continue
        if token.text in OWN and not alternative(sentence, i):
            cue, _, value = OWN[token.text].partition(" ")
            yield i, i, cue, value
        elif token.text in GENDERS:
            yield i, i, "gender", GENDERS[token.text]


def _contours(sentence: list[Token]) -> Iterator[Found]:
    """Intonation by a word of motion near a word of pitch, intonation or voice."""
    i = 0
    while i < len(sentence):
        first, value = i, MOTIONS.get(sentence[i].text, "") if sentence[i].kind == "word" else ""
        i += 1
        if not value or alternative(sentence, first):
            continue
        second = i
        while second < i + NEAR and _is_then(word_at(sentence, second)):
            second += 1
        other = MOTIONS.get(word_at(sentence, second), "")
        if {value, other} == {"rising", "falling"}:
            value, i = f"{value}-{other}", second + 1
        if _nearest_noun(sentence, first, i - 1) in ("pitch", "intonation", "voice") and not negated(sentence, first):
            yield first, i - 1, "intonation", value


def _is_then(word: str) -> bool:
    return word in THEN or word.endswith("ly")


def _nearest_noun(sentence: list[Token], first: int, last: int) -> str | None:
    """The noun nearest to a stretch of tokens, the one after it first: "a flat contour" before "her pitch, flat".

    A noun of the next clause comes last: "the intonation is flat, the pace is slow".
    """
    beyond = None
    for distance in range(1, NEAR + 1):
        for place in (last + distance, first - distance):
            noun = NOUNS.get(word_at(sentence, place)) if place >= 0 else None
            if noun and any(_parts(word_at(sentence, i)) for i in range(last + 1, place)):
                beyond = beyond or noun
            elif noun:
                return noun
    return beyond


def _parts(word: str) -> bool:
    return word == "," or word in CLAUSE_STARTS


def _stresses(sentence: list[Token]) -> Iterator[Found]:
    """Every single quoted word of a sentence that speaks of stress."""
    spoken_of = [i for i, t in enumerate(sentence) if t.kind == "word" and t.text in STRESS]
    if not spoken_of or all(negated(sentence, i) for i in spoken_of):
        return
    for i, token in enumerate(sentence):
        word = spoken_word(token.text)
        if token.kind == "quote" and word and len(word.split()) == 1 and not negated(sentence, i):
            yield i, i, "stress", word


def spoken_word(word: str) -> str:
    """Return a word as stress claims compare it: lower case, without punctuation or white space around it."""
    return word.lower().strip("\"'.,!?;:()[]<>\u2018\u2019\u201c\u201d\u2026- \t\n")
