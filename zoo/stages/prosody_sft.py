"""Prosody-enhanced supervised fine-tuning: stress, levels, comparison and cold start in one mix.

Stage 2 of EmotionThinker (arXiv 2601.15668): encoder, adapter and LM learn jointly, or any of them is frozen, each at a
learning rate of its own. The loss is on the answer alone.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from zoo.core.registry import stages, tasks
from zoo.data.lesson import Lesson, LessonBatch
from zoo.data.loader import Batch, SpeechData
from zoo.data.stressed import stressed
from zoo.models.likelihood import likelihood
from zoo.models.speech_lm import Heard
from zoo.stages.answering import Answering
from zoo.stages.perception import Perception
from zoo.stages.prosody import cue_loss
from zoo.stages.stage import Context
from zoo.tasks.curriculum import Curriculum, Steps
from zoo.tasks.grouping import Length
from zoo.tasks.task import Task
from zoo.text.prompt import TASK_SYSTEM, turn_ids

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
        *,
        context: Context,
    ) -> None:
        """Set up.

        Args:
            tasks: by name, how many lessons an epoch has for each training utterance: a number, or a mapping of
                `weight` and the task's own options; 0 leaves it out. All four if null, the levels twice.
            max_new_tokens: the longest answer in evaluation.
            cue_loss: weight of the prosody head's own loss, where there is a head that is trained.
            perception: whether evaluation asks about prosody too, and not for emotions alone.
            context: what the rest of the recipe says.
        """
        super().__init__(context, max_new_tokens)
        self.mix = {name: _task(name, row, self.model.knowledge.emotions) for name, row in (tasks or MIX).items()}
        self.cue_loss = cue_loss
        self.perception = Perception(self.model, max_new_tokens) if perception else None
        self.curriculum: Curriculum | None = None
        self._around: dict[str, tuple[list[int], list[int]]] = {}

    def prepare(self, data: SpeechData) -> None:
        """Take the place of the data's order; the lessons are made when training starts."""
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
            self.curriculum = Curriculum(self.mix, utterances, per_step, self.context.seed, self.length)
        return self.curriculum.order(steps, rank, ranks, start)

    def training_step(self, batch: LessonBatch, index: int) -> Tensor:
        """Hear, ask, score the answers."""
        self.phase("hearing")
        heard = self.model.listen(batch.waves)
        prompted = self.model.splice(heard, [self.around(lesson) for lesson in batch.lessons])
        ids, mask = self.replies(batch.lessons)
        self.phase("answers")
        scored = likelihood(self.model.backbone, prompted, ids, mask, entropy=False)
        loss = -scored.log_probs.sum() / mask.sum()
        places = prompted.mask.numel() + mask.numel()
        size = len(batch.waves)
        self.log("loss", loss, prog_bar=True, batch_size=size)
        self.log("padding", 1.0 - float(prompted.mask.sum() + mask.sum()) / places, prog_bar=True, batch_size=size)
        self.phase("backward and optimizer")
        return loss + self._cues(heard, batch.lessons)

    def _cues(self, heard: Heard, lessons: list[Lesson]) -> Tensor | float:
        """The prosody head's loss on utterances as they are; versions of one have no levels of their own."""
        head = self.model.prosody
        rows = [row for row, lesson in enumerate(lessons) if lesson.waves == (lesson.utterance.audio_path,)]
        if not self.cue_loss or head is None or not rows or not any(p.requires_grad for p in head.parameters()):
            return 0.0
        loss = cue_loss(head(heard.frames[rows], heard.mask[rows]), [lessons[row].utterance for row in rows])
        self.log("cue_loss", loss, prog_bar=True, batch_size=len(rows))
        return self.cue_loss * loss

    def around(self, lesson: Lesson) -> tuple[list[int], list[int]]:
        """Token ids before and after a lesson's audio; the question about emotions is the model's own."""
        tokenizer = self.model.backbone.tokenizer
        key = lesson.question or "\n".join(("", *lesson.options))
        if key not in self._around:
            own = self.model.knowledge.prompt
            asked = own.ids(tokenizer, lesson.options) if lesson.question is None else None
            self._around[key] = asked or turn_ids(tokenizer, TASK_SYSTEM, key)
        return self._around[key]

    def reply(self, lesson: Lesson) -> list[int]:
        """Token ids of the answer, closed by the end token."""
        tokenizer = self.model.backbone.tokenizer
        return [*tokenizer.encode(lesson.reply, add_special_tokens=False), tokenizer.eos_token_id]

    def replies(self, lessons: list[Lesson]) -> tuple[Tensor, Tensor]:
        """Answers as ids [B, L], each closed by the end token, and their mask [B, L]."""
        rows = [torch.tensor(self.reply(lesson), device=self.device) for lesson in lessons]
        lengths = torch.tensor([len(row) for row in rows], device=self.device)
        ids = pad_sequence(rows, batch_first=True, padding_value=self.model.backbone.pad_id)  # [B, L]
        return ids, torch.arange(ids.shape[1], device=self.device) < lengths[:, None]

    def length(self, lesson: Lesson) -> Length:
        """Tokens of a lesson's prompt and of its answer, the audio's from its duration."""
        before, after = self.around(lesson)
        frames = lesson.duration_s * self.model.encoder.frame_rate_hz
        return len(before) + len(after) + round(frames / self.model.adapter.stride), len(self.reply(lesson))

    def test_step(self, batch: Batch, index: int) -> None:
        """Answer a batch greedily and count, emotions and prosody."""
        super().test_step(batch, index)
        if self.perception is not None:
            self.perception.ask(batch)

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation, those of perception under their own name."""
        return super().results() | ({} if self.perception is None else {"perception": self.perception.results()})

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        super().on_test_epoch_start()
        if self.perception is not None:
            self.perception.score.reset()


def _task(name: str, row: Any, emotions: dict[str, tuple[str, ...]]) -> tuple[Task, float]:
    """A task and its weight, from a recipe's number or mapping."""
    options = dict(row) if isinstance(row, dict) else {"weight": row}
    weight = float(options.pop("weight", 1.0))
    return tasks.build(name, options, emotions=emotions), weight
