"""The small change of English: articles, lists and capitals."""

from collections.abc import Sequence


def a(word: str) -> str:
    """Return the indefinite article before a word."""
    return "an" if word[:1] in "aeiou" else "a"


def join(words: Sequence[str]) -> str:
    """Return "one", "one and two" or "one, two and three"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def start(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
