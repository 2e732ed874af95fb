"""The outcome reward R_o: the answer is the reference emotion (arXiv 2601.15668)."""

import torch
from torch import Tensor

from zoo.core.registry import rewards
from zoo.rewards.reward import Answer, Group, Reward
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

    An answer outside the option list is wrong. Raises ValueError for an utterance without a reference: there a reward
    of 0 would teach that every answer is wrong.
    """
    reference = group.utterance.emotion
    if reference is None or normal(reference) not in map(normal, group.emotions):
        raise ValueError(f"{group.utterance.key}: the reference {reference!r} is not among {group.emotions}")
    return torch.tensor([_chosen(answer, group.emotions) == normal(reference) for answer in group.answers])


def _chosen(answer: Answer, emotions: tuple[str, ...]) -> str | None:
    word = normal(answer.trace.answer) if answer.trace else ""
    return word if word in map(normal, emotions) else None
