"""Sentences as words with their places, and the scope of "not" and of talk about people at large.

One regular expression without nested repeats and windows of a fixed size: linear in the length of the text.
"""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from zoo.text.lexicon import CLAUSE_STARTS, COMPARED, CONTINUES, GENERAL, NEGATIONS, OTHERS, PERSONS

NEGATION_REACH = 5  # words from "not" to what it denies
QUOTE = 400  # characters; a longer quotation is read as plain text, so that an open quote costs no more than this
TOKEN = re.compile(
    rf'(?P<quote>"[^"\n]{{1,{QUOTE}}}"|(?<![\w\'])\'(?:[^\'\n]|(?<=\w)\'(?=\w)){{1,{QUOTE}}}\'(?!\w))'
    r"|(?P<word>[A-Za-z]+(?:'[A-Za-z]+)?)|(?P<stop>[.!?;\n])|(?P<comma>[,:()\u2014])"
)
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")  # curly quotes; one character for one keeps the places


class Token(NamedTuple):
    """A word (in lower case), a quotation (without its marks), a comma or a full stop, and where it stands."""

    text: str
    kind: str
    start: int
    end: int


def sentences(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each sentence. What is quoted is one token and ends no sentence."""
    sentence: list[Token] = []
    for match in TOKEN.finditer(text.translate(STRAIGHT)):
        kind = match.lastgroup or ""
        if kind == "stop":
            yield sentence
            sentence = []
        else:
            word = match[0][1:-1] if kind == "quote" else match[0].lower()
            sentence.append(Token(word, kind, *match.span()))
    yield sentence


def negated(sentence: list[Token], place: int) -> bool:
    """Whether a "not", "neither", "than" ... before this place in its clause denies it."""
    for i in range(place - 1, max(place - 1 - NEGATION_REACH, -1), -1):
        word = sentence[i]
        if word.kind == "comma" or word.text in ("but", "and"):
            return False
        if word.kind == "word" and (word.text in NEGATIONS or word.text.endswith("n't")):
            return sentence[i + 1].text not in ("only", "just")  # "not only high" is high
    return False


def general(sentence: list[Token]) -> list[bool]:
    """Say of each token whether its clause speaks of people at large, or of what may be, and not of this voice."""
    flags: list[bool] = []
    start, before = 0, False
    for end in range(1, len(sentence) + 1):
        at_end = end == len(sentence)
        if at_end or sentence[end].kind == "comma" or sentence[end].text in CLAUSE_STARTS:
            words = [t.text for t in sentence[start:end] if t.kind == "word"]
            goes_on = before and (not words or words[0] in CONTINUES)
            own = takewhile(lambda word: word not in COMPARED, words)
            before = goes_on or any(_at_large(words, i) for i, _ in enumerate(own))
            flags += [before] * (end - start)
            start = end
    return flags


def _at_large(words: list[str], place: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else ""
    return words[place] in GENERAL or (words[place] in OTHERS and (following in PERSONS or following in GENERAL))


def word_at(sentence: list[Token], place: int) -> str:
    """The word or comma at a place; empty outside the sentence and for a quotation."""
    if not 0 <= place < len(sentence) or sentence[place].kind == "quote":
        return ""
    return "," if sentence[place].kind == "comma" else sentence[place].text
