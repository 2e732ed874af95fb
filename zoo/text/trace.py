"""Traces: an explanation and the emotion it belongs to, and how blocks of text in tags are written and read.

`render` and `parse` are of the format of EmotionThinker (Wang et al., 2026, arXiv 2601.15668): exactly one think block,
then exactly one answer block, white space around and between them, nothing else. Judges and files of traces have it;
what a model writes is its answer form's (zoo/text/answer_form.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

THINK, END_THINK, ANSWER, END_ANSWER = TAGS = ("<think>", "</think>", "<answer>", "</answer>")


@dataclass(frozen=True)
class Trace:
    """An explanation and the emotion it belongs to; the words that were heard, where the form tells them."""

    think: str
    answer: str
    transcript: str | None = None


def render(trace: Trace) -> str:
    """Return the text of a trace; `parse` reads it back (without white space at the ends of either block)."""
    return f"{THINK}{trace.think}{END_THINK}{ANSWER}{trace.answer}{END_ANSWER}"


def render_answer(answer: str) -> str:
    """Return the text of an answer without a think block, as a question about the voice asks for it."""
    return f"{ANSWER}{answer}{END_ANSWER}"


def parse(text: str) -> Trace | None:
    """Return the trace, or None where the text is not one think block and then one answer block. Never raises."""
    found = blocks(text, TAGS)
    return None if found is None else Trace(*found)


def blocks(text: str, tags: Sequence[str]) -> list[str] | None:
    """Return what stands in each of a row of blocks; None where a text is not exactly these. Never raises.

    `tags` are opening and closing ones in turn. An empty block is no block, and a tag inside a block is no text: both
    are None.
    """
    if any(text.count(tag) != 1 for tag in tags):
        return None
    found = []
    for opening, closing in zip(tags[::2], tags[1::2], strict=True):
        before, _, rest = text.partition(opening)
        words, closed, text = rest.partition(closing)
        # Each tag occurs once, so tags out of order leave text where only white space may stand, or no tag to find.
        if before.strip() or not closed or not words.strip():
            return None
        found.append(words.strip())
    return None if text.strip() else found


def think_of(text: str | None) -> str | None:
    """Return the think text that a corpus brings, in tags or bare; None for one that a trace cannot hold."""
    trace = parse(text or "")
    bare = trace.think if trace else (text or "").replace(THINK, "").replace(END_THINK, "").strip()
    return None if not bare or any(tag in bare for tag in TAGS) else bare


def inside(text: str, opening: str, closing: str) -> str | None:
    """Return what stands in a block so far, though it may not be closed yet; None before it is opened."""
    _, opened, rest = text.partition(opening)
    return rest.partition(closing)[0].strip() if opened else None
