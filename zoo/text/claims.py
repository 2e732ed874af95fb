"""What a trace states of the voice: claims that can be checked against the measured cues.

A reader by word lists, not a parser: it knows how English usually says "the pitch is high", and where it is in doubt
it reads no claim. It reads none in what is denied, in what is said of people at large and in quotations, except a
single quoted word that is called stressed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zoo.text.lexicon import (
    AFTER_NOUN,
    ARTICLES,
    BEFORE_NOUN,
    BOUND,
    DEGREES,
    GENDERS,
    LEVEL_OF_DEGREE,
    MOTIONS,
    NOUNS,
    OWN,
    STRESS,
    THEN,
)
from zoo.text.words import Token, general, negated, sentences

REACH = 12  # words from a noun to its level: "the pitch, the energy and the speed of her voice are all high"
NEAR = 4  # words between a contour and the noun it belongs to
Found = tuple[int, int, str, str]  # first and last token, cue, value


@dataclass(frozen=True)
class Claim:
    """A cue of `zoo.acoustics.cues.LEVELS`, "stress" (value: the word) or "gender", and where the text claims it."""

    cue: str
    value: str
    start: int
    end: int


def claims(text: str) -> list[Claim]:
    """Return every claim in order of place. Never raises; linear time."""
    found = []
    for sentence in sentences(text):
        at_large = general(sentence)
        for first, last, cue, value in sorted(set(_read(sentence))):
            if not at_large[first] and not at_large[last]:
                found.append(Claim(cue, value, sentence[first].start, sentence[last].end))
    return found


def _read(sentence: list[Token]) -> Iterator[Found]:
    yield from _levels(sentence)
    yield from _contours(sentence)
    yield from _stresses(sentence)
    for i, token in enumerate(sentence):
        if token.kind != "word" or negated(sentence, i):
            continue
        if token.text in OWN and not _alternative(sentence, i):
            cue, _, value = OWN[token.text].partition(" ")
            yield i, i, cue, value
        elif token.text in GENDERS:
            yield i, i, "gender", GENDERS[token.text]


def _levels(sentence: list[Token]) -> Iterator[Found]:
    """Pitch, energy and speed by a noun and a degree, on either side of it."""
    used: set[int] = set()
    for i, token in enumerate(sentence):
        noun = NOUNS.get(token.text) if token.kind == "word" else None
        if noun is None or noun == "intonation":
            continue
        place = _level_before(sentence, i)
        if place is None or place in used:
            place = None if noun == "voice" else _level_after(sentence, i)
        if place is None:
            continue
        used.add(place)
        value = _level(noun, sentence[place].text)
        if value is not None and not _alternative(sentence, place) and not negated(sentence, place):
            yield min(i, place), max(i, place), "pitch" if noun == "voice" else noun, value


def _level(noun: str, word: str) -> str | None:
    if noun == "voice":  # "a deep voice", "a high voice"; "a low voice" may be a quiet one
        return {"deep": "low", "high": "high"}.get(word)
    return BOUND.get((noun, word)) or LEVEL_OF_DEGREE[noun].get(DEGREES.get(word, ""))


def _level_before(sentence: list[Token], noun: int) -> int | None:
    """The place of the level in "a high pitch", "a fast speaking rate", "a higher than normal pitch"."""
    for i in range(noun - 1, max(noun - NEAR - 1, -1), -1):
        word, after = _text(sentence, i), _text(sentence, i + 1)
        if _is_level(word):
            if _text(sentence, i - 1) == "than" and _is_level(_text(sentence, i - 2)):
                return i - 2
            return i - 1 if _text(sentence, i - 1) in ("above", "below") else i
        # "a high, soft voice" and "a high and varied pitch": another adjective may stand between
        beside = word in OWN or word in MOTIONS or (word in ("and", ",") and (after in OWN or after in MOTIONS))
        if not beside and word not in BEFORE_NOUN:
            return None
        if OWN.get(word, "").startswith(NOUNS[sentence[noun].text]):
            return None  # the noun has its level: "low, fast pace"
    return None


def _level_after(sentence: list[Token], noun: int) -> int | None:
    """The place of the level in "the pitch is high" and "the pitch, the energy and the speed are high"."""
    i = noun + 1
    while i < min(noun + REACH, len(sentence)):
        word = _text(sentence, i)
        if _is_level(word):
            if not negated(sentence, i):
                return i
            i = _after_but(sentence, i)
        elif sentence[i].text == ":":
            i += 1
        elif word in ("and", ","):
            i = _next_noun(sentence, i)
        elif word in AFTER_NOUN or word.endswith(("n't", "ly")):
            i += 1
        else:
            return None
    return None


def _after_but(sentence: list[Token], denied: int) -> int:
    """The place after "but" in "not low, but high"; the end where nothing is put in the place of what is denied."""
    i = denied + (2 if _text(sentence, denied + 1) == "," else 1)
    return i + 1 if _text(sentence, i) == "but" else len(sentence)


def _next_noun(sentence: list[Token], joint: int) -> int:
    """The place after the next noun of "the pitch, the energy and the speed"; the end where no noun follows."""
    i = joint + 1
    while _text(sentence, i) == "and" or _text(sentence, i) in ARTICLES:
        i += 1
    return i + 1 if _text(sentence, i) in NOUNS else len(sentence)


def _contours(sentence: list[Token]) -> Iterator[Found]:
    """Intonation by a word of motion near a word of pitch, intonation or voice."""
    i = 0
    while i < len(sentence):
        first, value = i, MOTIONS.get(sentence[i].text, "") if sentence[i].kind == "word" else ""
        i += 1
        if not value or _alternative(sentence, first):
            continue
        second = i
        while second < i + NEAR and _is_then(_text(sentence, second)):
            second += 1
        other = MOTIONS.get(_text(sentence, second), "")
        if {value, other} == {"rising", "falling"}:
            value, i = f"{value}-{other}", second + 1
        if _nearest_noun(sentence, first, i - 1) in ("pitch", "intonation", "voice") and not negated(sentence, first):
            yield first, i - 1, "intonation", value


def _is_then(word: str) -> bool:
    return word in THEN or word.endswith("ly")


def _nearest_noun(sentence: list[Token], first: int, last: int) -> str | None:
    """The noun nearest to a stretch of tokens, the one after it first: "a flat contour" before "her pitch, flat"."""
    for distance in range(1, NEAR + 1):
        for place in (last + distance, first - distance):
            if place >= 0 and _text(sentence, place) in NOUNS:
                return NOUNS[_text(sentence, place)]
    return None


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


def _is_level(word: str) -> bool:
    return word in DEGREES or any(word == bound for _, bound in BOUND)


def _alternative(sentence: list[Token], place: int) -> bool:
    """Whether a level is one of two left open: "high or low", "low to normal"."""
    for step in (-1, 1):
        between, other = _text(sentence, place + step), _text(sentence, place + 2 * step)
        if between in ("or", "to") and (_is_level(other) or other in OWN or other in MOTIONS):
            return True
    return False


def _text(sentence: list[Token], place: int) -> str:
    """The word or comma at a place; empty outside the sentence and for a quotation."""
    if not 0 <= place < len(sentence) or sentence[place].kind == "quote":
        return ""
    return "," if sentence[place].kind == "comma" else sentence[place].text
