"""Prosody-enhanced supervised fine-tuning: stress, levels, comparison and cold start in one mix.

Stage 2 of EmotionThinker (arXiv 2601.15668): encoder, adapter and LM learn jointly, or any of them is frozen, each at a
learning rate of its own. The loss is on the answer alone.
"""

from typing import Any

import torch
from torch import Tensor

from zoo.core.console import message
from zoo.core.registry import stages, tasks
from zoo.data.lesson import Lesson, LessonBatch
from zoo.data.loader import Batch, SpeechData
from zoo.data.stressed import stressed
from zoo.models.likelihood import likelihood
from zoo.models.speech_lm import Heard, SpeechLM
from zoo.models.turns import Turns
from zoo.stages.answering import Answering
from zoo.stages.hiding import hidden, refuse_to_hide_all
from zoo.stages.perception import Perception
from zoo.stages.prosody import cue_loss
from zoo.stages.ranks import several, weights
from zoo.stages.stage import Context
from zoo.tasks.curriculum import Curriculum, Steps
from zoo.tasks.task import Task

MIX = {"stress": 1.0, "attributes": 2.0, "comparison": 1.0, "cold-start": 1.0}  # lessons a training utterance


@stages.offer("prosody-sft", parts=("encoder", "adapter", "backbone"))
class ProsodySft(Answering):
    """Learn to hear prosody before reasoning about it, and to keep the form of a trace."""

    def __init__(
        self,
        tasks: dict[str, Any] | None = None,
        max_new_tokens: int = 160,
        cue_loss: float = 0.5,
        perception: bool = True,
        groups: int = 4,
        *,
        context: Context,
    ) -> None:
        """Set up.

        Args:
            tasks: by name, how many lessons an epoch has for each training utterance: a number, or a mapping of
                `weight`, `hide`, how often an utterance's frames are hidden (`zoo.stages.hiding`), and the task's own
                options; a weight of 0 leaves it out. All four if null, the levels twice.
            max_new_tokens: the longest answer in evaluation.
            cue_loss: weight of the prosody head's own loss, where there is a head that is trained.
            groups: of how many groups of like length a step is made; more pad less, and mix more tasks.
            perception: whether evaluation asks about prosody too, and not for emotions alone.
            context: what the rest of the recipe says.
        """
        super().__init__(context, max_new_tokens)
        rows = {name: dict(row) if isinstance(row, dict) else {"weight": row} for name, row in (tasks or MIX).items()}
        self.hide = {name: float(row.pop("hide", 0.0)) for name, row in rows.items()}
        for name, share in self.hide.items():
            refuse_to_hide_all(share, self.model, f"stage.tasks.{name}.hide")
        self.mix = {name: _task(name, row, self.model) for name, row in rows.items()}
        self.cue_loss, self.groups_a_step = cue_loss, groups
        self.perception = Perception(self.model, max_new_tokens) if perception else None
        self.curriculum: Curriculum | None = None
        self.turns = Turns(self.model)

    def prepare(self, data: SpeechData) -> None:
        """Take the place of the data's order; the lessons are made when training starts."""
        super().prepare(data)
        self.data, data.lessons = data, self
        if self.perception is not None:
            self.perception.prepare(data)

    def order(self, steps: int, rank: int, ranks: int, start: int) -> Steps:
        """The lessons of every step: annotations and edited versions are made now where the cache has none."""
        if self.curriculum is None:
            data, utterances = self.data, self.data.train_utterances
            if any(name == "stress" and weight for name, (_, weight) in self.mix.items()):
                utterances = stressed(utterances)
            per_step = data.settings.utterances_per_step
            self.curriculum = Curriculum(
                self.mix, utterances, per_step, self.context.seed, self.turns.length, self.groups_a_step
            )
            if rank == 0:
                message(self.curriculum.about())
        return self.curriculum.order(steps, rank, ranks, start)

    def training_step(self, batch: LessonBatch, index: int) -> Tensor:
        """Hear, ask and score the answers, a group of like length at a time."""
        size = len(batch.waves) // self.groups_a_step
        groups = [slice(start, start + size) for start in range(0, len(batch.waves), size)]
        scored = [self._score(batch.lessons[group], batch.waves[group]) for group in groups]
        told, tokens, data, places, cues, heads = (sum(column) for column in zip(*scored, strict=True))
        of_tokens, of_heads = weights(torch.stack([tokens, torch.as_tensor(heads, device=self.device)]))
        loss = -told / tokens * of_tokens
        figures = {"loss": loss, "padding": 1.0 - data / places}
        if several() or heads:
            figures["cue_loss"] = cues = torch.as_tensor(cues) / max(1, heads) * of_heads
            loss = loss + self.cue_loss * cues
        self.report(figures, len(batch.waves), shown=tuple(figures))
        return loss

    def _score(self, lessons: list[Lesson], waves: list[Tensor]) -> tuple[Any, ...]:
        """Of a group: log-probability and tokens of the answers, data and places, cue loss and how many it is of."""
        self.phase("listening")
        shares = [self.hide[lesson.task] for lesson in lessons]
        keys = [f"{lesson.task} {lesson.utterance.key} {lesson.question}" for lesson in lessons]
        hides = hidden(shares, keys, self.context.seed, self.global_step)
        heard = self.model.listen(waves, [lesson.utterance.enrolled for lesson in lessons], hides)
        prompted = self.model.splice(heard, [self.turns.around(lesson) for lesson in lessons])
        ids, mask = self.turns.replies(lessons)
        self.phase("answers")
        scored = likelihood(self.model.backbone, prompted, ids, mask, entropy=False)
        cues, heads = self._cues(heard, lessons)
        tokens = mask.sum()
        data, places = prompted.mask.sum() + tokens, prompted.mask.numel() + mask.numel()
        return scored.log_probs.sum(), tokens, data, places, cues, heads

    def _cues(self, heard: Heard, lessons: list[Lesson]) -> tuple[Tensor | float, int]:
        """The prosody head's loss, summed, and over how many utterances; versions of one have no levels."""
        head = self.model.prosody
        rows = [row for row, lesson in enumerate(lessons) if lesson.waves == (lesson.utterance.audio_path,)]
        if not self.cue_loss or head is None or not any(p.requires_grad for p in head.parameters()):
            return 0.0, 0
        if not rows:  # another rank may have some: the head is reached on all of them or on none
            return sum(row.sum() for row in head(heard.frames, heard.mask).values()) * 0.0 if several() else 0.0, 0
        loss = cue_loss(head(heard.frames[rows], heard.mask[rows]), [lessons[row].utterance for row in rows])
        return loss * len(rows), len(rows)

    def test_step(self, batch: Batch, index: int) -> None:
        """Answer a batch greedily and count, emotions and prosody."""
        super().test_step(batch, index)
        if self.perception is not None:
            self.perception.ask(batch)

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation, those of perception under their own name."""
        return super().results() | ({} if self.perception is None else {"perception": self.perception.results()})

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        return super().counted() | ({} if self.perception is None else {"asked": self.perception.score.rows})

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        super().on_test_epoch_start()
        if self.perception is not None:
            self.perception.score.reset()


def _task(name: str, options: dict[str, Any], model: SpeechLM) -> tuple[Task, float]:
    """A task and its weight, from what a recipe says of it."""
    weight = float(options.pop("weight", 1.0))
    return tasks.build(name, options, emotions=model.knowledge.emotions, form=model.form), weight
