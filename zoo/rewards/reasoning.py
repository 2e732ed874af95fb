"""The reasoning reward R_t: a judge's mean score of four criteria (arXiv 2601.15668)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import Registry, judges, rewards, schedules
from zoo.rewards.one_sided import Running
from zoo.rewards.reward import Group, Judge, JudgeFailed, Reward, Schedule
from zoo.rewards.trust import trust_weight

LoadJudge = Callable[[str], Judge]  # from a checkpoint's name; the stage gives it, since rewards know no models
SCALES = ("fifths", "from-zero")
ONE_SIDED = ("one", "zero", "running")


@rewards.offer("reasoning")
class Reasoning(Reward):
    """A judge's mean score of the trace, weighed by trust and let in by a schedule.

    `judge` and `schedule` are a name, a mapping {name: ..., options}, or the thing itself; a judge may be a trained
    checkpoint, which `load_judge` opens.

    What the paper leaves open, or others would choose otherwise:
    `scale`: "fifths", marks / 5 as in the paper, so that the worst trace has 0.2; "from-zero", (marks - 1) / 4. Trust
    compares scores on this scale. A judge whose scores start at 0 gives the same in both.
    `one_sided`: what trust a group of only right or only wrong answers has (zoo/rewards/one_sided.py): "one" as in
    the paper, "zero", or "running", by the mean scores of the last `one_sided_window` steps.
    An answer without a trace has no score: it earns nothing here and does not count in the trust.
    """

    def __init__(
        self,
        weight: float = 0.5,
        judge: Judge | str | dict[str, Any] = "grounding",
        trust: bool = True,
        schedule: Schedule | str | dict[str, Any] = "progressive",
        scale: Literal["fifths", "from-zero"] = "fifths",
        one_sided: Literal["one", "zero", "running"] = "one",
        one_sided_window: int = 50,
        *,
        load_judge: LoadJudge | None = None,
    ) -> None:
        for name, value, known in (("scale", scale, SCALES), ("one_sided", one_sided, ONE_SIDED)):
            if value not in known:
                raise ZooError(f"reasoning.{name} is one of {', '.join(known)}, not {value!r}")
        if one_sided_window < 1:
            raise ZooError(f"reasoning.one_sided_window is {one_sided_window}; the steps looked back on are at least 1")
        self.weight, self.trusted, self.scale, self.one_sided = weight, trust, scale, one_sided
        self.running = Running(one_sided_window)
        self.judge_name = judge["name"] if isinstance(judge, dict) else judge
        if isinstance(judge, str) and judge not in judges.entries and load_judge is not None:
            judge = load_judge(judge)
        self.judge: Judge = _built(judges, judge)
        self.schedule = built_schedule(schedule)

    def score(self, group: Group) -> Tensor:
        """Return [G] mean scores; NaN for answers without a trace. Raises `JudgeFailed`."""
        hidden = replace(group, utterance=replace(group.utterance, emotion=None))  # a judge that knew would just agree
        scores = self.judge.judge(hidden)
        if len(scores) != len(group.answers):
            raise JudgeFailed(f"{len(scores)} scores for {len(group.answers)} answers")
        shares = torch.tensor([float("nan") if row is None else row.mean for row in scores])
        if self.scale == "fifths":
            return shares
        return ((shares - self.judge.lowest) / (1.0 - self.judge.lowest)).clamp(min=0.0)

    def trust(self, scores: Tensor, correct: Tensor) -> Tensor:
        """Return the trust weight of a group, a scalar, from its scores [G] and bool [G]."""
        alone = {"one": 1.0, "zero": 0.0}.get(self.one_sided)
        return trust_weight(scores, correct, self.running.trust(scores, correct) if alone is None else alone)

    def card(self) -> dict[str, Any]:
        """What a checkpoint's card says of the reasoning reward."""
        return {
            **super().card(),
            "judge": self.judge_name if isinstance(self.judge_name, str) else type(self.judge).__name__,
            "judge_sees_reference": False,
            "trust": self.trusted,
            "scale": self.scale,
            "one_sided": self.one_sided,
            "without_trace": "no reasoning reward, and no part in the trust",
        }

    def update(self, accuracy: float, scores: Tensor) -> None:
        """Take in a step that is over."""
        super().update(accuracy, scores)
        if self.one_sided == "running":
            self.running.update(scores)

    def state_dict(self) -> dict[str, Any]:
        """Return the schedule's state, and the scores looked back on."""
        state = super().state_dict()
        return {**state, "one_sided": self.running.state_dict()} if self.one_sided == "running" else state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where `state_dict` was called."""
        super().load_state_dict(state)
        if "one_sided" in state:
            self.running.load_state_dict(state["one_sided"])


def built_schedule(schedule: Schedule | str | dict[str, Any]) -> Schedule:
    """The schedule that a recipe names, or the one given."""
    built: Schedule = _built(schedules, schedule)
    return built


def _built(registry: Registry, what: Any) -> Any:
    """What a recipe's name or mapping stands for; a thing that is built already stays as it is."""
    if isinstance(what, str):
        return registry.build(what)
    if isinstance(what, dict):
        options = dict(what)
        return registry.build(options.pop("name"), options)
    return what
