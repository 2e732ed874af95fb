"""What every reward, judge and schedule promises: a reward scores a whole group, since trust belongs to a group.

A group is one utterance with the G answers sampled for it. A reward gives [G] values in [0, 1]; `total.Rewards`
weighs and adds them.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from zoo.core.criteria import HIGHEST, LOWEST, Scores
from zoo.data.utterance import Utterance
from zoo.text.trace import Trace, parse


class JudgeFailed(Exception):  # noqa: N818 - it is an outcome to be counted, not a fault
    """A judge could not judge a group (bad JSON, time-out, nothing measured): its term is left out, never made 0."""


@dataclass(frozen=True)
class Answer:
    """One sampled answer: its text, the trace in it if there is one, and whether it ended by itself."""

    text: str
    trace: Trace | None
    ended: bool = True

    @classmethod
    def read(cls, text: str, ended: bool = True) -> "Answer":
        """Return the answer with its trace parsed."""
        return cls(text, parse(text), ended)


@dataclass(frozen=True)
class Group:
    """An utterance, the emotions it could be chosen from, and the G answers to it."""

    utterance: Utterance
    emotions: tuple[str, ...]
    answers: tuple[Answer, ...]


class Schedule:
    """How much of a reward counts as training goes on. The base is always open."""

    def factor(self) -> float:
        """Return the factor in [0, 1] by which the reward counts in this step."""
        return 1.0

    def update(self, accuracy: float) -> None:
        """Tell the share of right answers in the step just scored; once a training step."""

    def card(self) -> dict[str, Any]:
        """What a checkpoint's card says: kind, numbers, and the factor at the run's end."""
        numbers = {name: value for name, value in vars(self).items() if isinstance(value, int | float)}
        return {"name": type(self).__name__.lower(), **numbers, "factor": self.factor()}

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs; plain types."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where `state_dict` was called."""


class Judge:
    """Scores the reasoning of a group's traces. It is never told the reference emotion."""

    lowest = LOWEST / HIGHEST  # the least score there is: marks from 1 to 5 are divided by 5

    def judge(self, group: Group) -> list[Scores | None]:
        """Return G scores, None for an answer without a trace. Raises `JudgeFailed`."""
        raise NotImplementedError


class Reward:
    """One term of the total reward."""

    weight: float
    trusted: bool = False  # multiplied by the group's trust weight
    schedule: Schedule | None = None  # multiplied by its factor

    def score(self, group: Group) -> Tensor:
        """Return [G] values in [0, 1]; NaN for an answer that can't be scored and so earns nothing.

        Raises `JudgeFailed` where the group as a whole can't be scored.
        """
        raise NotImplementedError

    def trust(self, scores: Tensor, correct: Tensor) -> Tensor:
        """Return a group's trust weight in [0, 1], a scalar, from scores [G] and bool [G]; asked where `trusted`."""
        return scores.new_ones(())

    def update(self, accuracy: float, scores: Tensor) -> None:
        """Take in a step that is over: the share of right answers, and [4] `one_sided.sums` of this reward's scores."""
        if self.schedule:
            self.schedule.update(accuracy)

    def card(self) -> dict[str, Any]:
        """What a checkpoint's card says of this reward; plain types."""
        gate = {"schedule": self.schedule.card()} if self.schedule else {}
        return {"weight": self.weight, **gate}

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs; plain types."""
        return self.schedule.state_dict() if self.schedule else {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where `state_dict` was called."""
        if self.schedule:
            self.schedule.load_state_dict(state)
