"""The format reward R_f: exactly one think block, then exactly one answer block (arXiv 2601.15668)."""

import torch
from torch import Tensor

from zoo.core.registry import rewards
from zoo.rewards.reward import Group, Reward


@rewards.offer("format")
class Format(Reward):
    """1 where the answer is a trace and nothing else, 0 otherwise."""

    def __init__(self, weight: float = 0.3) -> None:
        self.weight = weight

    def score(self, group: Group) -> Tensor:
        """Return [G] of 0 and 1."""
        return torch.tensor([float(answer.trace is not None) for answer in group.answers])
