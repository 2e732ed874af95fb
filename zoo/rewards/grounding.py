"""The grounding judge: checks a trace's claims against the measured cues, without training and without an LLM.

It hears nothing and never sees the reference emotion, so it rewards what is true and well argued, not what is right.
"""

from zoo.acoustics.cues import CHOICES, Cues
from zoo.core.criteria import Scores
from zoo.core.registry import judges
from zoo.data.utterance import Utterance
from zoo.rewards.reward import Group, Judge, JudgeFailed
from zoo.text.emotions import nine_of, to_nine
from zoo.text.facts import Facts
from zoo.text.fluency import fluency
from zoo.text.grounds import Values, arrives, claimed, completeness, factual, leads, truth
from zoo.text.trace import Trace

ONE_VALUE = (*CHOICES, "gender")  # more than one of these is a contradiction


@judges.offer("grounding")
class Grounding(Judge):
    """Scores claims against the measured cues; needs no training."""

    lowest = 0.0  # its scores are shares from the start

    def judge(self, group: Group) -> list[Scores | None]:
        """Return G scores. Raises `JudgeFailed` where the utterance has no measured cue to check against."""
        utterance = group.utterance
        true = truth(Facts(utterance.cues or Cues(), utterance.gender))
        if utterance.cues is None or not true.keys() - {"gender"}:
            raise JudgeFailed(f"{utterance.key}: no cue was measured, so no claim can be checked")
        return [
            None if answer.trace is None else _scores(answer.trace, true, utterance, group.emotions)
            for answer in group.answers
        ]


def _scores(trace: Trace, true: Values, utterance: Utterance, emotions: tuple[str, ...]) -> Scores:
    """Inference is half claimed cues that fit the trace's own answer, half a think text that arrives at it."""
    said = claimed(trace.think)
    nine = to_nine(utterance.dataset, trace.answer) or nine_of(trace.answer)
    return Scores(
        factual=factual(said, true),
        interpretative=0.5 * leads(said, nine) + 0.5 * arrives(trace.think, trace.answer, emotions),
        completeness=completeness(said, true),
        fluency=fluency(trace.think, contradicts_itself=any(len(said.get(cue, ())) > 1 for cue in ONE_VALUE)),
    )
