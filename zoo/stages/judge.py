"""Training the reasoning judge: what a trace about a voice is worth by four criteria (arXiv 2601.15668, stage 3).

utterance -> traces written from its measured cues and damaged -> marks 1 to 5 of each criterion, a group in one pass.
"""

from random import Random
from typing import Any

import torch
from torch import Tensor

from zoo.core.criteria import CRITERIA, LOWEST
from zoo.core.errors import ZooError
from zoo.core.registry import stages
from zoo.data.loader import Batch, SpeechData
from zoo.data.utterance import Utterance
from zoo.models.judging import judge_prompt, judge_traces
from zoo.stages.judge_score import Judged, JudgeScore
from zoo.stages.prosody import cue_loss
from zoo.stages.stage import Context, Stage
from zoo.text.damage import KINDS, STRENGTHS, WHOLE, Damaged, Subject, damaged, draw
from zoo.text.facts import Facts
from zoo.text.trace import render

RIGHT = 0.5  # share of the traces that end at the utterance's own emotion


@stages.offer("judge", parts=("encoder", "adapter", "backbone", "scorer"))
class JudgeStage(Stage):
    """Learn to mark traces that were damaged in known ways; the marks follow from the damage and the measured cues."""

    def __init__(self, group_size: int = 8, style: str = "short", cue_loss: float = 0.5, *, context: Context) -> None:
        """Set up.

        Args:
            group_size: traces for each utterance and step.
            style: how long the written traces are, "short" or "long" (`zoo.text.writer`).
            cue_loss: weight of the prosody head's own loss, where there is a head that is trained.
            context: what the rest of the recipe says.
        """
        super().__init__(context)
        self.group_size, self.style, self.cue_loss = group_size, style, cue_loss
        self.score = JudgeScore()

    def prepare(self, data: SpeechData) -> None:
        """A corpus without measured cues has no facts to mark by."""
        if not any(u.cues and u.cues.known() for u in data.train_utterances):
            raise ZooError(f"{data.corpus.split_id}: no utterance has a measured cue, so no trace can be marked")

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Hear, read every utterance's traces, and learn their marks."""
        heard = self.model.listen(batch.waves)
        traces = [
            trace
            for utterance, emotions in zip(batch.utterances, batch.emotions, strict=True)
            for trace in self.drawn(
                utterance, emotions, Random(f"{self.context.seed} {self.global_step} {utterance.key}")
            )
        ]
        known = torch.tensor([_row(trace) for trace in traces], device=self.device)  # [S, 4]
        texts = [render(trace.trace) for trace in traces]
        self.phase("answers")
        log_probs = judge_traces(self.model, judge_prompt(self.model, heard), texts, known)  # [S, 4, 5]
        each = -log_probs.gather(-1, (known.long() - LOWEST)[..., None])[..., 0].mean(0)  # [4]
        loss = each.mean()
        shown = {f"loss_{name}": part.detach() for name, part in zip(CRITERIA, each, strict=True)}
        self.log_dict(shown, batch_size=len(batch.waves))
        self.log("loss", loss, prog_bar=True, batch_size=len(batch.waves))
        head = self.model.prosody
        if self.cue_loss and head is not None and any(p.requires_grad for p in head.parameters()):
            cues = cue_loss(head(heard.frames, heard.mask), batch.utterances)
            self.log("cue_loss", cues, prog_bar=True, batch_size=len(batch.waves))
            loss = loss + self.cue_loss * cues
        return loss

    def drawn(self, utterance: Utterance, emotions: tuple[str, ...], random: Random) -> list[Damaged]:
        """A group of traces: right and wrong answers, damaged as drawn."""
        subject = self.subject(utterance, emotions)
        return [
            damaged(subject, _answer(utterance, emotions, random), draw(random), random) for _ in range(self.group_size)
        ]

    def subject(self, utterance: Utterance, emotions: tuple[str, ...]) -> Subject:
        """What is known of an utterance, for whoever writes about it."""
        assert utterance.cues is not None
        facts = Facts(utterance.cues, utterance.gender, None, utterance.transcription)
        return Subject(facts, emotions, utterance.dataset, self.style, utterance.language)

    def test_step(self, batch: Batch, index: int) -> None:
        """Mark a mixed group of each utterance, each kind of damage beside none, and both with another's voice."""
        prompted = judge_prompt(self.model, self.model.listen(batch.waves))
        for row, (utterance, emotions) in enumerate(zip(batch.utterances, batch.emotions, strict=True)):
            if utterance.cues is None:
                continue
            random = Random(f"judge {utterance.key}")
            traces = self.drawn(utterance, emotions, random) + self._one_of_each(utterance, emotions, random)
            whole = traces[self.group_size]  # the undamaged one
            other = _other(batch.utterances, row)
            texts = [render(trace.trace) for trace in traces]
            place = torch.tensor([row], device=self.device)
            marks = self._marks(prompted.rows(place), texts)  # [S, 4]
            swapped = None
            if other is not None:
                swapped = self._marks(prompted.rows(torch.tensor([other], device=self.device)), [render(whole.trace)])[
                    0
                ]
            self.score.update(
                Judged(
                    drawn=[(_row(t), m) for t, m in zip(traces[: self.group_size], marks, strict=False)],
                    whole=marks[self.group_size],
                    kinds=[(t.damage, m) for t, m in zip(traces, marks, strict=True)][self.group_size + 1 :],
                    other_voice=swapped,
                )
            )

    def _one_of_each(self, utterance: Utterance, emotions: tuple[str, ...], random: Random) -> list[Damaged]:
        """An undamaged trace, and the same again damaged in one way, every kind at every strength."""
        subject, answer, seed = self.subject(utterance, emotions), utterance.emotion or emotions[0], random.random()
        ways: list[dict[str, float]] = [{}]
        ways += [{kind: strength} for kind in KINDS for strength in ((1.0,) if kind in WHOLE else STRENGTHS)]
        return [damaged(subject, answer, way, Random(seed)) for way in ways]

    def _marks(self, prompted: Any, texts: list[str]) -> list[tuple[float, ...]]:
        assert self.model.scorer is not None
        marks = self.model.scorer.marks(judge_traces(self.model, prompted, texts))
        return [tuple(row) for row in marks.tolist()]

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation."""
        return self.score.results()

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.score.reset()

    def on_test_epoch_end(self) -> None:
        """Log the figures where TensorBoard shows them."""
        self.log_dict({f"test/{name}": value for name, value in self.results().items() if isinstance(value, float)})


def _answer(utterance: Utterance, emotions: tuple[str, ...], random: Random) -> str:
    if utterance.emotion in emotions and random.random() < RIGHT:
        return utterance.emotion
    return random.choice(emotions)


def _row(trace: Damaged) -> list[float]:
    return [getattr(trace.marks, criterion) for criterion in CRITERIA]


def _other(utterances: list[Utterance], row: int) -> int | None:
    """An utterance of the batch with other levels, whose voice the trace is not true of; the next one first."""
    mine = utterances[row].cues
    for step in range(1, len(utterances)):
        place = (row + step) % len(utterances)
        theirs = utterances[place].cues
        if mine and theirs and mine.known() != theirs.known():
            return place
    return None
