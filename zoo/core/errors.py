"""The one kind of error a user meets: a sentence that says what is wrong and the way out."""

from collections.abc import Iterable
from difflib import get_close_matches


class ZooError(Exception):
    """A mistake the user can mend. A verb prints its message to standard error and exits with code 2."""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return '; did you mean "nearest"?', or the choices if none is near and they are few."""
    known = sorted(choices)
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    if known and len(known) <= 12:
        return f"; it can be one of: {', '.join(known)}"
    return ""
