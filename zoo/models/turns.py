"""Lessons as tokens: what stands before and after the audio, what is to be answered, and how long both are."""

from collections.abc import Sequence

from torch import Tensor

from zoo.data.lesson import Lesson
from zoo.models.padding import padded
from zoo.models.speech_lm import SpeechLM
from zoo.text.prompt import TASK_SYSTEM, turn_ids


class Turns:
    """The chat turns of lessons for one model, through its own tokenizer and prompt; questions are encoded once."""

    def __init__(self, model: SpeechLM) -> None:
        self.model = model
        self._around: dict[str, tuple[list[int], list[int]]] = {}

    def around(self, lesson: Lesson) -> tuple[list[int], list[int]]:
        """Token ids before and after a lesson's audio; the question about emotions is the model's own."""
        tokenizer, words = self.model.backbone.tokenizer, self.model.backbone.around_audio
        key = lesson.question or "\n".join(("", *lesson.options))
        if key not in self._around:
            own = self.model.knowledge.prompt
            asked = own.ids(tokenizer, lesson.options, words) if lesson.question is None else None
            self._around[key] = asked or turn_ids(tokenizer, TASK_SYSTEM, key, words)
        return self._around[key]

    def reply(self, lesson: Lesson) -> list[int]:
        """Token ids of the answer, closed by the end token."""
        tokenizer = self.model.backbone.tokenizer
        return [*tokenizer.encode(lesson.reply, add_special_tokens=False), self.model.backbone.end_id]

    def replies(self, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
        """Answers as ids [B, L], each closed by the end token, and their mask [B, L]."""
        return padded([self.reply(lesson) for lesson in lessons], self.model.backbone.pad_id, self.model.device)

    def length(self, lesson: Lesson) -> tuple[int, int]:
        """Tokens of a lesson's prompt and of its answer; the audio's by its duration, cue tokens not counted."""
        before, after = self.around(lesson)
        frames = self.model.encoder.covered_s(lesson.duration_s) * self.model.encoder.frame_rate_hz
        return len(before) + len(after) + round(frames / self.model.adapter.stride), len(self.reply(lesson))
