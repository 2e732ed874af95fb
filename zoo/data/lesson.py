"""A lesson: one chat turn about one utterance, or about versions of it one after another, and the answer to learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import soundfile
import torch
from torch import Tensor
from torch.utils.data import Dataset

from zoo.acoustics.wave import read_wave
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.data.utterance import Utterance

PAUSE_S = 0.5  # between two versions of an utterance: longer than the pauses inside one


@dataclass(frozen=True)
class Lesson:
    """What is heard, what is asked and what is to be answered.

    `waves` are played one after another with a pause between. `question` is None where the model asks its own question
    about emotions. `options` stand in the question in this order, `answer` is the right one; an open question has
    none. `reply` is the whole turn to learn, the answer in its tags.
    """

    task: str
    cue: str
    utterance: Utterance
    waves: tuple[Path, ...]
    question: str | None
    options: tuple[str, ...]
    answer: str
    reply: str

    @property
    def duration_s(self) -> float:
        """How long it plays, pauses included."""
        return sum(duration_s(path) for path in self.waves) + PAUSE_S * (len(self.waves) - 1)


@dataclass
class LessonBatch:
    """Lessons and what is heard in each, waves [N] at 16 kHz."""

    lessons: list[Lesson]
    waves: list[Tensor]

    def pin_memory(self) -> "LessonBatch":
        """With its waves where a GPU fetches them while it computes; the data loader asks for it."""
        return LessonBatch(self.lessons, [wave.pin_memory() for wave in self.waves])


class AsDrawn(Dataset[Lesson]):
    """Gives each lesson that a sampler draws as it is: it carries all that it needs to be read."""

    def __getitem__(self, lesson: Any) -> Lesson:
        """The lesson itself."""
        drawn: Lesson = lesson
        return drawn


def read_lessons(lessons: Sequence[Lesson]) -> LessonBatch:
    """Read the audio of lessons."""
    return LessonBatch(list(lessons), [joined(lesson.waves) for lesson in lessons])


def joined(paths: Sequence[Path]) -> Tensor:
    """The waves of several files [N], a pause between each two."""
    pause = torch.zeros(round(PAUSE_S * SAMPLE_RATE_HZ))
    pieces: list[Tensor] = []
    for path in paths:
        pieces += [pause] if pieces else []
        pieces.append(torch.from_numpy(read_wave(path).samples))
    return torch.cat(pieces)


@cache
def duration_s(path: Path) -> float:
    """How long a file plays, from its header: reading a corpus for its lengths would cost as much as training on it."""
    info = soundfile.info(str(path))
    return float(info.frames / info.samplerate)
