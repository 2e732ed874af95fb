"""The answer form of captioning: how the voice sounds and what it feels, freely, without tags.

After MECap-R1 (Sun et al., 2025, arXiv 2509.18729), an approximation: its prompt is not known to us. The emotion of a
caption is the one that it names last, so that accuracy and reports need nothing of their own.
"""

from collections.abc import Sequence

from zoo.core.registry import answer_forms
from zoo.text.answer_form import AnswerForm
from zoo.text.conclusion import conclusion
from zoo.text.emotions import MEANING
from zoo.text.overlap import overlap
from zoo.text.trace import TAGS, Trace


@answer_forms.offer("caption", style="short")
@answer_forms.offer("caption-long", style="long")
class Caption(AnswerForm):
    """A caption and nothing else; `style` is the writer's, for references that the corpus does not bring."""

    system = "Listen to the speaker and describe the voice in plain sentences."
    question = "How does the voice sound, and what does the speaker feel?"

    def __init__(self, *, style: str) -> None:
        self.reference_style = style

    def render(self, trace: Trace) -> str:
        """See `AnswerForm.render`."""
        return trace.think

    def parse(self, text: str, options: Sequence[str] = ()) -> Trace | None:
        """See `AnswerForm.parse`; without options any corpus's emotion counts. The answer is "" where none is named."""
        caption = text.strip()
        if not caption or any(tag in caption for tag in TAGS):
            return None
        return Trace(caption, conclusion(caption, options or MEANING) or "")

    def so_far(self, text: str) -> Trace:
        """See `AnswerForm.so_far`."""
        return Trace(text.strip(), "")

    def figures(self, pairs: Sequence[tuple[Trace | None, Trace]]) -> dict[str, float]:
        """See `zoo.text.overlap.overlap`; an answer without the form is an empty caption."""
        known = [(said, wanted.think) for said, wanted in pairs if wanted.think]
        if not known:
            return {}
        return overlap([said.think if said else None for said, _ in known], [caption for _, caption in known])
