"""Traces: what a policy answers, `<think>...</think><answer>...</answer>`, written and read in one place.

The format of EmotionThinker (Wang et al., 2026, arXiv 2601.15668): exactly one think block, then exactly one answer
block, white space around and between them, nothing else.
"""

from dataclasses import dataclass

THINK, END_THINK, ANSWER, END_ANSWER = TAGS = ("<think>", "</think>", "<answer>", "</answer>")


@dataclass(frozen=True)
class Trace:
    """An explanation and the emotion it reaches."""

    think: str
    answer: str


def render(trace: Trace) -> str:
    """Return the text of a trace; `parse` reads it back (without white space at the ends of either block)."""
    return f"{THINK}{trace.think}{END_THINK}{ANSWER}{trace.answer}{END_ANSWER}"


def render_answer(answer: str) -> str:
    """Return the text of an answer without a think block, as a question about the voice asks for it."""
    return f"{ANSWER}{answer}{END_ANSWER}"


def parse(text: str) -> Trace | None:
    """Return the trace, or None where the text is not one think block and then one answer block. Never raises.

    An empty block is no block, and a tag inside a block is no text: both are None.
    """
    if any(text.count(tag) != 1 for tag in TAGS):
        return None
    before, _, rest = text.partition(THINK)
    think, _, rest = rest.partition(END_THINK)
    between, _, rest = rest.partition(ANSWER)
    answer, closed, after = rest.partition(END_ANSWER)
    # Each tag occurs once, so tags out of order leave text where only white space may stand, or no last tag to find.
    if not closed or before.strip() or between.strip() or after.strip():
        return None
    return Trace(think.strip(), answer.strip()) if think.strip() and answer.strip() else None
