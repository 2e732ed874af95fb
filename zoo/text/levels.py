"""Levels of pitch, energy and speed, read from a noun and a degree on either side of it."""

from collections.abc import Iterator

from zoo.text.lexicon import (
    AFTER_NOUN,
    ARTICLES,
    BEFORE_NOUN,
    BOUND,
    DEGREES,
    LACKS,
    LEVEL_OF_DEGREE,
    MOTIONS,
    NOUNS,
    OWN,
)
from zoo.text.words import Token, negated, word_at

REACH = 12  # words from a noun to its level: "the pitch, the energy and the speed of her voice are all high"
NEAR = 4  # words from a level to the noun after it: "a high and rather varied pitch"
Found = tuple[int, int, str, str]  # first and last token, cue, value


def levels(sentence: list[Token]) -> Iterator[Found]:
    """Pitch, energy and speed by a noun and a degree, on either side of it."""
    used: set[int] = set()
    for i, token in enumerate(sentence):
        noun = NOUNS.get(token.text) if token.kind == "word" else None
        if noun is None or noun == "intonation" or _named_before(sentence, i, noun):
            continue
        if noun == "energy" and _lacked(sentence, i):
            yield i, i, noun, "low"
            continue
        place = _level_before(sentence, i)
        if word_at(sentence, i + 1) == "levels" and word_at(sentence, i - 1) == "and":
            place = _level_before(sentence, i - 2) if word_at(sentence, i - 2) in NOUNS else place
            used -= {place}  # "normal pitch and energy levels": one word for both
        if place is None or place in used:
            place = None if noun == "voice" else _level_after(sentence, i)
        if place is None:
            continue
        used.add(place)
        value = _level(noun, sentence[place].text)
        if value is not None and not alternative(sentence, place) and not negated(sentence, place):
            yield min(i, place), max(i, place), "pitch" if noun == "voice" else noun, value


def _lacked(sentence: list[Token], place: int) -> bool:
    """Whether the voice "lacks energy" or there is "a lack of energy", without a "no" before it."""
    i = place - 2 if word_at(sentence, place - 1) == "of" else place - 1
    return word_at(sentence, i) in LACKS and not negated(sentence, i)


def _named_before(sentence: list[Token], place: int, noun: str) -> bool:
    """Whether a noun has its level in a word that names the cue too: "a slow pace", "a fast speaking rate"."""
    i = place - 1
    while word_at(sentence, i) in BEFORE_NOUN:
        i -= 1
    return OWN.get(word_at(sentence, i), "").startswith(noun)


def _level(noun: str, word: str) -> str | None:
    if noun == "voice":  # "a deep voice", "a high voice"; "a low voice" may be a quiet one
        return {"deep": "low", "high": "high"}.get(word)
    return BOUND.get((noun, word)) or LEVEL_OF_DEGREE[noun].get(DEGREES.get(word, ""))


def _level_before(sentence: list[Token], noun: int) -> int | None:
    """The place of the level in "a high pitch", "a fast speaking rate", "a higher than normal pitch"."""
    for i in range(noun - 1, max(noun - NEAR - 1, -1), -1):
        word, after = word_at(sentence, i), word_at(sentence, i + 1)
        if _is_level(word) and after not in ("aged", "age"):
            if word_at(sentence, i - 1) == "than" and _is_level(word_at(sentence, i - 2)):
                return i - 2
            return i - 1 if word_at(sentence, i - 1) in ("above", "below") else i
        # "a high, soft voice" and "a high and varied pitch": another adjective may stand between
        beside = word in OWN or word in MOTIONS or (word in ("and", ",") and (after in OWN or after in MOTIONS))
        if not beside and word not in BEFORE_NOUN:
            return None
    return None


def _level_after(sentence: list[Token], noun: int) -> int | None:
    """The place of the level in "the pitch is high" and "the pitch, the energy and the speed are high"."""
    i = noun + 1
    while i < min(noun + REACH, len(sentence)):
        word = word_at(sentence, i)
        if _is_level(word) and word_at(sentence, i + 1) not in ("aged", "age"):
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
    i = denied + (2 if word_at(sentence, denied + 1) == "," else 1)
    return i + 1 if word_at(sentence, i) == "but" else len(sentence)


def _next_noun(sentence: list[Token], joint: int) -> int:
    """The place after the next noun of "the pitch, the energy and the speed"; the end where no noun follows."""
    i = joint + 1
    while word_at(sentence, i) == "and" or word_at(sentence, i) in ARTICLES:
        i += 1
    return i + 1 if word_at(sentence, i) in NOUNS else len(sentence)


def _is_level(word: str) -> bool:
    return word in DEGREES or any(word == bound for _, bound in BOUND)


def alternative(sentence: list[Token], place: int) -> bool:
    """Whether a level is one of two left open: "high or low", "low to normal"."""
    for step in (-1, 1):
        between, other = word_at(sentence, place + step), word_at(sentence, place + 2 * step)
        if between in ("or", "to") and (_is_level(other) or other in OWN or other in MOTIONS):
            return True
    return False
