"""The grounding judge: checks a trace's claims against the measured cues, without training and without an LLM.

It hears nothing and never sees the reference emotion, so it rewards what is true and well argued, not what is right.
"""

from collections import defaultdict

from zoo.acoustics.cues import LEVELS, Cues
from zoo.core.registry import judges
from zoo.data.utterance import Utterance
from zoo.rewards.fluency import fluency
from zoo.rewards.reward import Group, Judge, JudgeFailed
from zoo.text.claims import claims, spoken_word
from zoo.text.conclusion import conclusion
from zoo.text.criteria import Scores
from zoo.text.emotions import nine_of, normal, to_nine
from zoo.text.expected import fits
from zoo.text.trace import Trace

Claimed = dict[str, set[str]]  # cue -> every value claimed of it


@judges.offer("grounding")
class Grounding(Judge):
    """Scores claims against the measured cues; needs no training."""

    def judge(self, group: Group) -> list[Scores | None]:
        """Return G scores. Raises `JudgeFailed` where the utterance has no measured cue to check against."""
        utterance = group.utterance
        truth = _truth(utterance)
        if utterance.cues is None or not truth.keys() - {"gender"}:
            raise JudgeFailed(f"{utterance.key}: no cue was measured, so no claim can be checked")
        return [
            None if answer.trace is None else _scores(answer.trace, truth, utterance, group.emotions)
            for answer in group.answers
        ]


def _scores(trace: Trace, truth: Claimed, utterance: Utterance, emotions: tuple[str, ...]) -> Scores:
    claimed: Claimed = defaultdict(set)
    for claim in claims(trace.think):
        claimed[claim.cue].add(claim.value)
    return Scores(
        factual=_factual(claimed, truth),
        interpretative=_interpretative(claimed, trace, utterance.dataset, emotions),
        completeness=_completeness(claimed, truth),
        fluency=fluency(trace.think, contradicts_itself=any(len(claimed[cue]) > 1 for cue in (*LEVELS, "gender"))),
    )


def _truth(utterance: Utterance) -> Claimed:
    """What can be checked of this utterance; a cue that was not measured is not among it."""
    cues = utterance.cues or Cues()
    truth: Claimed = {cue: {level} for cue, level in cues.known().items()}
    if cues.stressed_words is not None:
        truth["stress"] = {spoken_word(word) for word in cues.stressed_words}
    if utterance.gender is not None:
        truth["gender"] = {utterance.gender}
    return truth


def _factual(claimed: Claimed, truth: Claimed) -> float:
    """The share of checkable claims that are true; 0 if there is none. Saying a thing twice counts once."""
    checked = [value in truth[cue] for cue, values in claimed.items() if cue in truth for value in values]
    return sum(checked) / len(checked) if checked else 0.0


def _completeness(claimed: Claimed, truth: Claimed) -> float:
    """The share of the measured cues that the trace speaks of at all, rightly or wrongly.

    Stress counts where a word is stressed. Gender is no cue of the emotion and need not be told.
    """
    known = [cue for cue, values in truth.items() if cue != "gender" and values]
    return sum(bool(claimed.get(cue)) for cue in known) / len(known) if known else 1.0


def _interpretative(claimed: Claimed, trace: Trace, dataset: str, emotions: tuple[str, ...]) -> float:
    """Half for claimed cues that fit the trace's own answer, half for a think text that arrives at that answer.

    Where the answer is none of the nine, or nothing is claimed that the table speaks of, the first half is 0: no
    inference from cues can be seen.
    """
    nine = to_nine(dataset, trace.answer) or nine_of(trace.answer)
    judged = [fit for cue, values in claimed.items() if (fit := _fit(nine, cue, values)) is not None]
    led = sum(judged) / len(judged) if judged else 0.0
    arrived = conclusion(trace.think, emotions)
    return 0.5 * led + 0.5 * float(arrived is not None and normal(arrived) == normal(trace.answer))


def _fit(nine: str | None, cue: str, values: set[str]) -> bool | None:
    """Whether all that is claimed of a cue fits; None where the table says nothing."""
    answers = [fits(nine, cue, value) for value in values]
    return None if None in answers else all(answers)
