"""The outcome reward R_o: the answer is the reference emotion (arXiv 2601.15668)."""

import torch
from torch import Tensor

from zoo.core.registry import rewards
from zoo.rewards.reward import Group, Reward
from zoo.text.emotions import normal


@rewards.offer("outcome")
class Outcome(Reward):
    """1 where the answer is the reference emotion, 0 otherwise."""

    def __init__(self, weight: float = 1.0) -> None:
        self.weight = weight

    def score(self, group: Group) -> Tensor:
        """Return [G] of 0 and 1."""
        return correct(group).float()


def correct(group: Group) -> Tensor:
    """Return which answers are right: bool [G]. Case and white space don't matter; no trace, no answer.

    An answer outside the option list is wrong, since the reference is in it. Raises ValueError where it is not, or
    where there is no reference: a reward of 0 would teach that every answer is wrong.
    """
    reference = group.utterance.emotion
    if reference is None or normal(reference) not in map(normal, group.emotions):
        raise ValueError(f"{group.utterance.key}: the reference {reference!r} is not among {group.emotions}")
    answers = [answer.trace.answer if answer.trace else "" for answer in group.answers]
    return torch.tensor([normal(answer) == normal(reference) for answer in answers])
