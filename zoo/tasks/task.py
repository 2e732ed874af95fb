"""What every task promises: which utterances it can ask about, and a lesson on each."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance


@dataclass(frozen=True)
class Subject:
    """What a task can ask about: one cue of one utterance, and what the task keeps for it."""

    utterance: Utterance
    cue: str
    kept: Any = None


class Task(ABC):
    """Turns annotated utterances into chat turns.

    An utterance whose annotation lacks what the task needs is left out of it, never labelled at random. What could have
    served but for its sound is in `refused` once `subjects` has been asked: file, cue and why.
    """

    refused: Sequence[tuple[Path, str, str]] = ()

    @abstractmethod
    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """What can be asked about these utterances, in their order."""

    @abstractmethod
    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """One turn. The same subject and the same state of `random` give the same lesson."""


def shuffled(options: Sequence[str], random: Random) -> tuple[str, ...]:
    """The options in another order, so that none is right by its place."""
    return tuple(random.sample(list(options), len(options)))
