"""Which of several options an answer names, by its words or its number from 1, in its answer block or without one."""

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
    named = next((option for option in options if _plain(option) == said), None)
    if named is None and said.isdecimal() and 1 <= int(said) <= len(options):
        return options[int(said) - 1]
    return named


def _plain(text: str) -> str:
    return " ".join(text.lower().strip(AROUND).split())
