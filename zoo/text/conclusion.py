"""Which emotion a think text arrives at, so that it can be compared with the trace's own answer."""

from collections.abc import Iterable

from zoo.text.emotions import FORMS, normal
from zoo.text.words import Token, negated, sentences


def conclusion(think: str, emotions: Iterable[str]) -> str | None:
    """Return the option that the text names last, unless denied ("not sad", "rather than sad"); None if it names none.

    Other forms of a word count: "anger" names angry. What is quoted does not. Never raises.
    """
    names = _names(emotions)
    longest = max(map(len, names), default=0)
    last = None
    for sentence in sentences(think):
        place = 0
        while place < len(sentence):
            found, length = _named_at(sentence, place, names, longest)
            if found is not None and not negated(sentence, place):
                last = found
            place += length
    return last


def _named_at(
    sentence: list[Token], place: int, names: dict[tuple[str, ...], str], longest: int
) -> tuple[str | None, int]:
    """The option whose name begins at this place, the longest first, and how many tokens to go on by."""
    for length in range(longest, 0, -1):
        words = tuple(token.text for token in sentence[place : place + length] if token.kind == "word")
        if len(words) == length and words in names:
            return names[words], length
    return None, 1


def _names(emotions: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Every name of every option; a word that is itself an option names no other."""
    options = {tuple(normal(emotion).split()): emotion for emotion in emotions}
    forms: dict[tuple[str, ...], str] = {}
    for words, emotion in options.items():
        forms |= {(form,): emotion for form in FORMS.get(" ".join(words), ())}
    return {**forms, **options}
