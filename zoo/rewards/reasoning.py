"""The reasoning reward R_t: a judge's mean score of four criteria (arXiv 2601.15668)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import Registry, judges, rewards, schedules
from zoo.rewards.reward import Group, Judge, JudgeFailed, Reward, Schedule

LoadJudge = Callable[[str], Judge]  # from a checkpoint's name; the stage gives it, since rewards know no models


@rewards.offer("reasoning")
class Reasoning(Reward):
    """A judge's mean score of the trace, weighed by trust and let in by a schedule.

    `judge` and `schedule` are a name, a mapping {name: ..., options}, or the thing itself; a judge may be a trained
    checkpoint, which `load_judge` opens. `one_sided` says what trust a group of only right or only wrong answers has:
    one, as the paper has it.
    """

    def __init__(
        self,
        weight: float = 0.5,
        judge: Judge | str | dict[str, Any] = "grounding",
        trust: bool = True,
        schedule: Schedule | str | dict[str, Any] = "progressive",
        one_sided: Literal["one"] = "one",
        *,
        load_judge: LoadJudge | None = None,
    ) -> None:
        if one_sided != "one":
            raise ZooError(f'one_sided is "one", not {one_sided!r}')
        self.weight, self.trusted = weight, trust
        if isinstance(judge, str) and judge not in judges.entries and load_judge is not None:
            judge = load_judge(judge)
        self.judge: Judge = _built(judges, judge)
        self.schedule: Schedule = _built(schedules, schedule)

    def score(self, group: Group) -> Tensor:
        """Return [G] mean scores; NaN for answers without a trace. Raises `JudgeFailed`."""
        hidden = replace(group, utterance=replace(group.utterance, emotion=None))  # a judge that knew would just agree
        scores = self.judge.judge(hidden)
        if len(scores) != len(group.answers):
            raise JudgeFailed(f"{len(scores)} scores for {len(group.answers)} answers")
        return torch.tensor([float("nan") if row is None else row.mean for row in scores])


def _built(registry: Registry, what: Any) -> Any:
    """What a recipe's name or mapping stands for; a thing that is built already stays as it is."""
    if isinstance(what, str):
        return registry.build(what)
    if isinstance(what, dict):
        options = dict(what)
        return registry.build(options.pop("name"), options)
    return what
