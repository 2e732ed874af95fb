"""Which claims of a sentence are measured against how the same speaker usually sounds, and not against other voices.

Only what names the speaker counts: "high for this speaker", "higher than she usually speaks", "by his own habit".
"Higher than usual" alone may as well mean other voices, and is read as if it did.
"""

from zoo.text.lexicon import COMPARED, CONTRASTS, HABIT, PERSONS, PRONOUNS
from zoo.text.words import Token, word_at

REACH = 6  # words from "than" or "habit" to whom it is about: "compared with how the speaker usually sounds"


def by_habit(sentence: list[Token]) -> list[bool]:
    """Say of each token whether its part of the sentence, up to a "but" or "while", speaks of the speaker's habit."""
    flags: list[bool] = []
    for end in range(1, len(sentence) + 1):
        if end == len(sentence) or word_at(sentence, end) in CONTRASTS:
            part = sentence[len(flags) : end]
            flags += [any(_marks(part, place) for place in range(len(part)))] * len(part)
    return flags


def _marks(part: list[Token], place: int) -> bool:
    word = word_at(part, place)
    if word == "for":
        return word_at(part, place + 1) == "this" and word_at(part, place + 2) in PERSONS
    if word in COMPARED:
        after = range(place + 1, place + 1 + REACH)
        return any(_speaker(part, i) for i in after) and any(word_at(part, i) in HABIT for i in after)
    return word == "habit" and any(_speaker(part, i) for i in range(max(place - REACH, 0), place))


def _speaker(part: list[Token], place: int) -> bool:
    """Whether a word is about who speaks: "she", "her", "this speaker's"."""
    word, before = word_at(part, place), word_at(part, place - 1)
    return word in PRONOUNS or (word in ("speaker", "speaker's") and before in ("the", "this"))
