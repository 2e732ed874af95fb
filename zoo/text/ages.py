"""The speaker's age as a text states it: "a teenage girl", "an elderly man", "a young woman", "middle-aged"."""

from collections.abc import Iterator

from zoo.text.levels import Found
from zoo.text.lexicon import AGED, AGES, CHILDREN, PERSONS
from zoo.text.words import Token, negated, word_at

REACH = 3  # words from "young" to the person: "a young, rather quiet woman"


def ages(sentence: list[Token]) -> Iterator[Found]:
    """Yield every age that is stated; "like a child" and "as an old man would" compare and state nothing."""
    for i in range(len(sentence)):
        word = word_at(sentence, i)
        last, value = i, AGES.get(word)
        if word == "middle" and word_at(sentence, i + 1) in ("aged", "age"):
            last, value = i + 1, "middle-aged"
        elif word in AGED:
            last, value = _aged(sentence, i)
        if value and not negated(sentence, i) and not _compared(sentence, i):
            yield i, last, "age", value


def _aged(sentence: list[Token], place: int) -> tuple[int, str | None]:
    for i in range(place + 1, place + 1 + REACH):
        word = word_at(sentence, i)
        if word in CHILDREN:
            return i, "child" if word_at(sentence, place) == "young" else None
        if word in PERSONS:
            return i, AGED[word_at(sentence, place)]
    return place, None


def _compared(sentence: list[Token], place: int) -> bool:
    return any(word_at(sentence, i) in ("like", "as") for i in range(max(0, place - REACH), place))
