"""A mix of tasks by weight: the lessons of every step, the same in every run with the same seed.

An epoch holds `weight` lessons of a task for each training utterance. A task goes through its subjects in random order
and begins anew when all have had their turn, so that none is asked about twice before another was once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from random import Random

from torch.utils.data import Sampler

from zoo.core.errors import ZooError
from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance
from zoo.tasks.grouping import Length, grouped
from zoo.tasks.task import Subject, Task

Weighted = Mapping[str, tuple[Task, float]]


class Curriculum:
    """Lessons on utterances, in batches of like length.

    Lesson and batch follow from the seed, the epoch and the utterance, so a resumed run draws what it would have drawn.
    """

    def __init__(
        self,
        tasks: Weighted,
        utterances: Sequence[Utterance],
        per_step: int,
        seed: int,
        length: Callable[[Lesson], Length],
        groups: int = 1,
    ) -> None:
        """Set up.

        Args:
            tasks: by name, with their weights.
            utterances: annotated ones to train on.
            per_step: lessons in a step.
            seed: of everything that is drawn.
            length: the tokens of a lesson, by which they are grouped.
            groups: how many groups of like length a step is made of, one after another. One alone would be of one task
                most of the time, since their lengths differ.

        Raises:
            ZooError: a task finds nothing to ask about, an epoch does not fill a step, or a step has uneven groups.
        """
        if per_step % groups:
            raise ZooError(f"{per_step} lessons a step do not make {groups} groups; change stage.groups")
        self.groups = groups
        self.tasks, self.per_step, self.seed, self.length = tasks, per_step, seed, length
        self.subjects: dict[str, list[Subject]] = {}
        self.counts = {name: round(weight * len(utterances)) for name, (_, weight) in tasks.items()}
        for name, (task, weight) in tasks.items():
            self.subjects[name] = task.subjects(utterances) if weight > 0 else []
            if self.counts[name] and not self.subjects[name]:
                raise ZooError(
                    f"none of {len(utterances)} training utterances has what the task {name} needs; "
                    "annotate them, or leave it out of stage.tasks"
                )
        self.steps_an_epoch = sum(self.counts.values()) // per_step
        if not self.steps_an_epoch:
            raise ZooError(
                f"{sum(self.counts.values())} lessons fill no batch of {per_step}; raise stage.tasks' weights"
            )
        self._epoch = lru_cache(2)(self._make_epoch)  # a rank's steps stay in one epoch for long

    def epoch(self, number: int) -> list[list[Lesson]]:
        """The lessons of each step of an epoch, one group of like length after another."""
        return self._epoch(number)

    def about(self) -> str:
        """What is taught, in a sentence: lessons of an epoch by task, what they are about, what was refused."""
        rows = []
        for name, (task, _) in self.tasks.items():
            if self.counts[name]:
                refused = f", {len(task.refused)} refused" if task.refused else ""
                rows.append(f"{name} {self.counts[name]} (of {len(self.subjects[name])} subjects{refused})")
        return f"lessons of an epoch, {self.steps_an_epoch} steps of {self.per_step}: {', '.join(rows)}"

    def order(self, steps: int, rank: int = 0, ranks: int = 1, start: int = 0) -> "Steps":
        """The batch of every step from `start` on, for one rank of several."""
        return Steps(self, steps, rank, ranks, start)

    def _make_epoch(self, number: int) -> list[list[Lesson]]:
        lessons = [lesson for name in self.tasks for lesson in self._lessons(name, number)]
        lengths = [self.length(lesson) for lesson in lessons]
        found = grouped(lengths, self.per_step // self.groups, Random(f"{self.seed} batches {number}"))
        steps = [found[step * self.groups : (step + 1) * self.groups] for step in range(self.steps_an_epoch)]
        return [[lessons[index] for group in step for index in group] for step in steps]

    def _lessons(self, name: str, epoch: int) -> Iterator[Lesson]:
        """A task's lessons in one epoch; it goes on where the epoch before has stopped."""
        task, subjects, count = self.tasks[name][0], self.subjects[name], self.counts[name]
        orders: dict[int, list[int]] = {}
        for place in range(epoch * count, (epoch + 1) * count):
            turn, index = divmod(place, len(subjects))
            if turn not in orders:
                orders[turn] = Random(f"{self.seed} {name} {turn}").sample(range(len(subjects)), len(subjects))
            subject = subjects[orders[turn][index]]
            yield task.lesson(subject, Random(f"{self.seed} {name} {turn} {subject.utterance.key} {subject.cue}"))


class Steps(Sampler[list[Lesson]]):
    """The batches of a run's steps for one rank; the ranks of a step have neighbouring batches."""

    def __init__(self, curriculum: Curriculum, steps: int, rank: int, ranks: int, start: int) -> None:
        self.curriculum, self.steps, self.rank, self.ranks, self.start = curriculum, steps, rank, ranks, start

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[list[Lesson]]:
        for step in range(self.start, self.steps):
            epoch, batch = divmod(step * self.ranks + self.rank, self.curriculum.steps_an_epoch)
            yield self.curriculum.epoch(epoch)[batch]
