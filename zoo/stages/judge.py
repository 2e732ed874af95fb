"""Training the reasoning judge: what a trace about a voice is worth by four criteria (arXiv 2601.15668, stage 3).

utterance -> traces written from its measured cues and damaged -> marks 1 to 5 of each criterion, a group in one pass.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from zoo.core.console import message
from zoo.core.criteria import CRITERIA, LOWEST
from zoo.core.errors import ZooError
from zoo.core.registry import stages
from zoo.data.loader import Batch, SpeechData
from zoo.data.utterance import Utterance
from zoo.models.judging import Judgement, judge_prompt, judge_traces, scorer_of
from zoo.stages.judge_groups import Files, MarkedTrace, Policies, learnt, subject_of, wanted
from zoo.stages.judge_score import Judged, JudgeScore
from zoo.stages.prosody import cue_loss
from zoo.stages.ranks import weights, which
from zoo.stages.stage import Context, Stage
from zoo.text.damage import KINDS, STRENGTHS, WHOLE, Damaged, Subject, damaged
from zoo.text.grounds import Values
from zoo.text.trace import render


@stages.offer("judge", parts=("encoder", "adapter", "backbone", "scorer"))
class JudgeStage(Stage):
    """Learn to mark traces that were damaged in known ways; the marks follow from the damage and the measured cues."""

    def __init__(
        self,
        group_size: int = 8,
        style: str = "short",
        cue_loss: float = 0.5,
        claim_loss: float = 1.0,
        marked: list[str] | None = None,
        policies: list[str] | None = None,
        sampled: int = 2,
        *,
        context: Context,
    ) -> None:
        """Set up.

        Args:
            group_size: traces for each utterance and step.
            style: how long the written traces are, "short" or "long" (`zoo.text.writer`).
            cue_loss: weight of the prosody head's own loss, where there is a head that is trained.
            claim_loss: weight of telling each claim's truth, for a scorer that looks at single claims.
            marked: files of marked traces (`zoo.mark`); up to half of a group is theirs.
            policies: checkpoints, best of different training age, whose sampled traces are marked by rule.
            sampled: traces of a policy in each group.
            context: what the rest of the recipe says.
        """
        super().__init__(context)
        if sampled > group_size:
            raise ZooError(f"stage.sampled is {sampled}, and a group has {group_size} traces; give fewer")
        self.group_size, self.style, self.sampled = group_size, style, sampled
        self.cue_loss, self.claim_loss = cue_loss, claim_loss
        self.files, self.policies = Files(marked or ()), Policies(policies or ())
        self.score = JudgeScore()

    def prepare(self, data: SpeechData) -> None:
        """A corpus without measured cues has no facts to mark by."""
        if not any(u.cues and u.cues.known() for u in data.train_utterances):
            raise ZooError(f"{data.corpus.split_id}: no utterance has a measured cue, so no trace can be marked")
        self.files.refuse_held_out(data.test_utterances)
        if self.files.bad:
            message(f"note: {self.files.bad} lines of stage.marked cannot be read and are left out")

    def groups(self, batch: Batch) -> list[MarkedTrace]:
        """The traces of a step, `group_size` about each utterance; they follow from seed, step and utterance."""
        random = Random(f"{self.context.seed} {self.global_step} {which()}")
        subjects = [
            subject_of(utterance, emotions, self.style)
            for utterance, emotions in zip(batch.utterances, batch.emotions, strict=True)
        ]
        theirs = self.policies.sampled(batch, subjects, self.sampled, random)
        found = []
        for utterance, subject, sampled in zip(batch.utterances, subjects, theirs, strict=True):
            own = Random(f"{self.context.seed} {self.global_step} {utterance.key}")
            mine = sampled + self.files.of(utterance, subject, self.group_size // 2, own)
            mine = mine[: self.group_size]
            found += mine + learnt(subject, utterance.emotion, self.group_size - len(mine), own)
        return found

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Hear, read every utterance's traces, and learn their marks."""
        heard = self.model.listen(batch.waves, batch.enrolled)
        self.phase("traces")
        traces = self.groups(batch)
        known = wanted(traces, self.device)  # [S, 4]
        self.phase("answers")
        texts = [trace.text for trace in traces]
        judged = judge_traces(self.model, judge_prompt(self.model, heard), texts, known)
        each = -judged.log_probs.gather(-1, (known.long() - LOWEST)[..., None])[..., 0].mean(0)  # [4]
        loss = each.mean()
        figures = {f"loss_{name}": part for name, part in zip(CRITERIA, each, strict=True)} | {"loss": loss}
        if judged.truth is not None and self.claim_loss:
            claims, checked = claim_loss(judged, [trace.true for trace in traces])
            figures["claim_loss"] = claims = claims * weights(torch.tensor([checked], device=self.device))[0]
            loss = loss + self.claim_loss * claims
        head = self.model.prosody
        if self.cue_loss and head is not None and any(p.requires_grad for p in head.parameters()):
            figures["cue_loss"] = cues = cue_loss(head(heard.frames, heard.mask), batch.utterances)
            loss = loss + self.cue_loss * cues
        self.report(figures, len(batch.waves), shown=("loss", "claim_loss", "cue_loss"))
        return loss

    def test_step(self, batch: Batch, index: int) -> None:
        """Mark a mixed group of each utterance, each kind of damage beside none, and both with another's voice."""
        prompted = judge_prompt(self.model, self.model.listen(batch.waves, batch.enrolled))
        for row, (utterance, emotions) in enumerate(zip(batch.utterances, batch.emotions, strict=True)):
            if utterance.cues is None:
                continue
            subject = subject_of(utterance, emotions, self.style)
            drawn = learnt(subject, utterance.emotion, self.group_size, Random(f"judge {utterance.key}"))
            ways = one_of_each(subject, utterance.emotion or emotions[0], f"ways {utterance.key}")
            texts = [trace.text for trace in drawn] + [render(way.trace) for way in ways]
            place, other = torch.tensor([row], device=self.device), _other(batch.utterances, row)
            marks = self._marks(prompted.rows(place), texts)  # [S, 4]
            whole = len(drawn)  # the undamaged one
            swapped = None
            if other is not None:
                swapped = self._marks(prompted.rows(torch.full_like(place, other)), texts[whole : whole + 1])[0]
            self.score.update(
                Judged(
                    drawn=list(zip(wanted(drawn, self.device).tolist(), marks[:whole], strict=True)),
                    whole=marks[whole],
                    kinds=[(way.damage, row) for way, row in zip(ways, marks[whole:], strict=True)][1:],
                    other_voice=swapped,
                )
            )

    def _marks(self, prompted: Any, texts: list[str]) -> list[tuple[float, ...]]:
        marks = scorer_of(self.model).marks(judge_traces(self.model, prompted, texts).log_probs)
        return [tuple(row) for row in marks.tolist()]

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation."""
        return self.score.results()

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        return {"judged": self.score.rows}

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.score.reset()

    def on_test_epoch_end(self) -> None:
        """Log the figures where TensorBoard shows them."""
        self.log_dict({f"test/{name}": value for name, value in self.results().items() if isinstance(value, float)})


def one_of_each(subject: Subject, answer: str, seed: str) -> list[Damaged]:
    """An undamaged trace first, and then the same damaged in one way, every kind at every strength."""
    ways: list[dict[str, float]] = [{}]
    ways += [{kind: strength} for kind in KINDS for strength in ((1.0,) if kind in WHOLE else STRENGTHS)]
    return [damaged(subject, answer, way, Random(seed)) for way in ways]


def claim_loss(judged: Judgement, true: Sequence[Values]) -> tuple[Tensor, int]:
    """The mean cross-entropy of the claims that can be checked, and their number. `true` holds a row a trace."""
    assert judged.truth is not None
    checked = [i for i, (row, claim) in enumerate(judged.claims) if claim.cue in true[row]]
    if not checked:
        return judged.truth.sum() * 0.0, 0
    right = [float(claim.value in true[row][claim.cue]) for row, claim in (judged.claims[i] for i in checked)]
    return binary_cross_entropy_with_logits(judged.truth[checked], judged.truth.new_tensor(right)), len(checked)


def _other(utterances: list[Utterance], row: int) -> int | None:
    """An utterance of the batch with other levels, whose voice the trace is not true of; the next one first."""
    mine = utterances[row].cues
    for step in range(1, len(utterances)):
        place = (row + step) % len(utterances)
        theirs = utterances[place].cues
        if mine and theirs and mine.known() != theirs.known():
            return place
    return None
