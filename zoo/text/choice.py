"""Which of several options an answer names: the words in its answer block, or all of it where it has no block."""

from collections.abc import Sequence

from zoo.text.trace import ANSWER, END_ANSWER

AROUND = " \t\n.,;:!?\"'()"  # what a model may put around an option's words


def chosen(text: str, options: Sequence[str]) -> str | None:
    """Return the option that an answer names, whatever its case; None for no option, or more than one answer block.

    A trace with a think block counts by its answer block, so that a model that reasons first is not scored down.
    """
    if text.count(ANSWER) > 1:
        return None
    _, found, rest = text.partition(ANSWER)
    said = _plain(rest.partition(END_ANSWER)[0] if found else text)
    return next((option for option in options if _plain(option) == said), None)


def _plain(text: str) -> str:
    return " ".join(text.lower().strip(AROUND).split())
