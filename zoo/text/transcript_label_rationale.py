"""The answer form transcript -> label -> rationale (Su et al., 2025, arXiv 2509.24187): words, emotion, then why.

The paper gives the order, not the tags: these are ours, two of them those of the other form, so that tokenizers that
have them as one token keep that. An explanation that comes after its label cannot be what the label was reached by.
"""

from collections.abc import Sequence

from zoo.core.registry import answer_forms
from zoo.text.answer_form import AnswerForm
from zoo.text.overlap import spoken, word_errors
from zoo.text.trace import ANSWER, END_ANSWER, END_THINK, THINK, Trace, blocks, inside

TRANSCRIPT, END_TRANSCRIPT = "<transcript>", "</transcript>"
TAGS = (TRANSCRIPT, END_TRANSCRIPT, ANSWER, END_ANSWER, THINK, END_THINK)


@answer_forms.offer("transcript-label-rationale")
class TranscriptLabelRationale(AnswerForm):
    """<transcript>words</transcript><answer>emotion</answer><think>why</think>."""

    system = (
        "Listen to the speaker. First write the words inside <transcript></transcript>, then give the emotion inside "
        "<answer></answer>, then reason about the voice inside <think></think>."
    )
    has_transcript = True

    def render(self, trace: Trace) -> str:
        """See `AnswerForm.render`."""
        return (
            f"{TRANSCRIPT}{written(trace.transcript)}{END_TRANSCRIPT}{ANSWER}{trace.answer}{END_ANSWER}"
            f"{THINK}{trace.think}{END_THINK}"
        )

    def parse(self, text: str, options: Sequence[str] = ()) -> Trace | None:
        """See `AnswerForm.parse`."""
        found = blocks(text, TAGS)
        return None if found is None else Trace(found[2], found[1], found[0])

    def so_far(self, text: str) -> Trace:
        """See `AnswerForm.so_far`."""
        words = inside(text, TRANSCRIPT, END_TRANSCRIPT)
        return Trace(inside(text, THINK, END_THINK) or "", inside(text, ANSWER, END_ANSWER) or "", words)

    def figures(self, pairs: Sequence[tuple[Trace | None, Trace]]) -> dict[str, float]:
        """`transcript_wer`, errors a word of the reference over all utterances whose words are known; case and
        punctuation do not count. An answer without the form has told no word: all of its are missing.
        """
        known = [(said, wanted.transcript) for said, wanted in pairs if spoken(wanted.transcript)]
        if not known:
            return {}
        told = [said.transcript if said else None for said, _ in known]
        return {"transcript_wer": word_errors(told, [str(words) for _, words in known])}


def written(words: str | None) -> str:
    """Words as they can stand in the transcript's block: on one line, without what could be a tag."""
    return " ".join((words or "").replace("<", " ").replace(">", " ").split())
