"""The answer form of EmotionThinker (arXiv 2601.15668): reasoning first, then the emotion it reaches."""

from collections.abc import Sequence

from zoo.core.registry import answer_forms
from zoo.text.answer_form import AnswerForm
from zoo.text.trace import ANSWER, END_ANSWER, END_THINK, THINK, Trace, inside, parse, render


@answer_forms.offer("think-answer")
class ThinkAnswer(AnswerForm):
    """<think>reasoning</think><answer>emotion</answer>: the paper's, and what a recipe has that names none."""

    def render(self, trace: Trace) -> str:
        """See `AnswerForm.render`."""
        return render(trace)

    def parse(self, text: str, options: Sequence[str] = ()) -> Trace | None:
        """See `AnswerForm.parse`."""
        return parse(text)

    def so_far(self, text: str) -> Trace:
        """See `AnswerForm.so_far`; also where the opening tag is still being written, or was forgotten."""
        text = text.strip()
        think = "" if THINK.startswith(text) else text.removeprefix(THINK).partition(END_THINK)[0].strip()
        return Trace(think, inside(text, ANSWER, END_ANSWER) or "")
