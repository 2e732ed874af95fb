"""The total reward of GRPO-PTR (arXiv 2601.15668): R = sum of weight * reward, the reasoning term times trust and gate.

In: a step's groups. Out: [B, G] totals for the advantages, and every part under the recipe's own name for the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from zoo.core.registry import rewards as registry
from zoo.rewards.one_sided import sums
from zoo.rewards.outcome import correct
from zoo.rewards.reasoning import LoadJudge
from zoo.rewards.reward import Group, JudgeFailed, Reward


@dataclass(frozen=True)
class Scored:
    """A step's rewards. `parts` are unweighted; NaN where a judge failed or an answer had no trace to judge."""

    total: Tensor  # [B, G], never NaN
    parts: dict[str, Tensor]  # [B, G] each
    trust: Tensor  # [B]; 1 where nothing is weighed by trust
    gate: float  # the schedule's factor in this step; 1 without a schedule
    judge_failures: int  # groups whose reasoning term was left out
    correct: Tensor  # bool [B, G]


class Rewards:
    """The rewards of a recipe: {name: {weight: ..., options}}, in its order."""

    def __init__(self, recipe: Mapping[str, Mapping[str, Any] | None], load_judge: LoadJudge | None = None) -> None:
        """Build every reward that is not None; `load_judge` opens a judge that is named as a checkpoint."""
        self.rewards: dict[str, Reward] = {
            name: registry.build(name, dict(options), load_judge=load_judge)
            for name, options in recipe.items()
            if options is not None
        }

    def score(self, groups: Sequence[Group], training: bool = False) -> Scored:
        """Return the rewards of B groups of equal size G.

        With `training` the schedules are told this step's accuracy, after it has been scored: a gate that it opens
        counts from the next step on. With several processes leave it off, and call `update` with the mean of their
        tallies, or their gates part ways.
        """
        sizes = {len(group.answers) for group in groups}
        if len(sizes) != 1 or 0 in sizes:
            raise ValueError(f"groups have one size of at least 1, not {sorted(sizes)}")
        right = torch.stack([correct(group) for group in groups])  # [B, G]
        total = torch.zeros(right.shape)
        trust = torch.ones(len(groups))
        parts: dict[str, Tensor] = {}
        failures = 0
        for name, reward in self.rewards.items():
            rows = [_score(reward, group) for group in groups]
            failures += sum(row is None for row in rows)
            part = torch.stack([torch.full(right.shape[1:], torch.nan) if row is None else row for row in rows])
            parts[name] = part  # [B, G]
            factor = reward.weight * (reward.schedule.factor() if reward.schedule else 1.0)
            tau = torch.ones(len(groups))
            if reward.trusted:
                tau = torch.stack([reward.trust(row, ok) for row, ok in zip(part, right, strict=True)])
                trust = tau
            # A failed group loses the term for all its answers alike, which moves no advantage. One answer without a
            # trace earns nothing, which does.
            total = total + factor * tau[:, None] * part.nan_to_num(nan=0.0)
        scored = Scored(total, parts, trust, self.gate, failures, right)
        if training:
            self.update(self.tally(scored))
        return scored

    @property
    def gate(self) -> float:
        """The factor of the scheduled reward; 1 if none is."""
        return min((reward.schedule.factor() for reward in self.rewards.values() if reward.schedule), default=1.0)

    def tally(self, scored: Scored) -> Tensor:
        """Return what `update` is to be told of a step: sums [1 + rewards, 4], whose mean over ranks stands for all.

        It is of all answers that were sampled. Accuracy over the groups that are kept for the update would be another
        number: it leaves out what is all right or all wrong.
        """
        kinds = sums(torch.ones(scored.correct.shape), scored.correct)
        return torch.stack([kinds, *(sums(part, scored.correct) for part in scored.parts.values())])

    def card(self) -> dict[str, Any]:
        """What a checkpoint's card says of the rewards, by name."""
        return {name: reward.card() for name, reward in self.rewards.items()}

    def update(self, tally: Tensor) -> None:
        """Take in a step's tally, once a training step: the schedules hear the share of right answers."""
        right, _, wrong, _ = tally[0].cpu()
        for reward, scores in zip(self.rewards.values(), tally[1:].cpu(), strict=True):
            reward.update(float(right / (right + wrong)), scores)

    def state_dict(self) -> dict[str, Any]:
        """Return the state of every reward that has a schedule, under its name."""
        return {name: reward.state_dict() for name, reward in self.rewards.items() if reward.schedule}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the state of every reward; a state for other rewards is refused."""
        scheduled = {name: reward for name, reward in self.rewards.items() if reward.schedule}
        if scheduled.keys() != state.keys():
            raise ValueError(f"the state has schedules of {sorted(state)}, the recipe of {sorted(scheduled)}")
        for name, reward in scheduled.items():
            reward.load_state_dict(state[name])


def _score(reward: Reward, group: Group) -> Tensor | None:
    """[G] values, or None where the judge failed."""
    try:
        return reward.score(group)
    except JudgeFailed:
        return None
