"""Part credit for a wrong answer that is near: a similarity-aware outcome reward, meant to fade in training.

Two emotions are near where they lie close in valence and arousal, the two axes of the circumplex of affect (Russell,
1980, J. Pers. Soc. Psychol. 39, 1161-1178). Their places here are ours and coarse on purpose: below, in the middle or
above on either axis. What the axes do not tell apart by more than that is left to the outcome reward.
"""

import math

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import rewards
from zoo.rewards.outcome import correct
from zoo.rewards.reasoning import built_schedule
from zoo.rewards.reward import Group, Reward, Schedule
from zoo.text.emotions import normal, to_nine

# Valence and arousal. Words that only some corpora have, and then the nine. A whisper is a way of speaking and has no
# place: it is near nothing.
PLACES: dict[str, tuple[int, int]] = {
    "calm": (1, -1),
    "bored": (-1, -1),
    "neutral": (0, 0),
    "happy": (1, 1),
    "sad": (-1, -1),
    "angry": (-1, 1),
    "contempt or disgust": (-1, 0),
    "confused": (-1, 0),
    "surprise": (0, 1),
    "fear": (-1, 1),
}
FAR = 2.0  # from one end of an axis to the other: no credit


@rewards.offer("similar-outcome")
class SimilarOutcome(Reward):
    """Credit for wrong answers near the reference; right ones have theirs from `outcome`, which stands beside it.

    With a weight below that of `outcome` a wrong answer never earns what a right one does.
    """

    def __init__(self, weight: float = 0.5, schedule: Schedule | str | dict[str, object] = "constant") -> None:
        if not 0.0 <= weight < math.inf:
            raise ZooError(f"similar-outcome.weight is {weight}; part credit is at least 0")
        self.weight = weight
        self.schedule = built_schedule(schedule)

    def score(self, group: Group) -> Tensor:
        """Return [G]: 0 for right answers and for what is no option, else the similarity to the reference."""
        reference, dataset = group.utterance.emotion or "", group.utterance.dataset
        options = {normal(emotion) for emotion in group.emotions}
        near = []
        for answer, right in zip(group.answers, correct(group).tolist(), strict=True):
            said = normal(answer.trace.answer) if answer.trace else ""
            near.append(0.0 if right or said not in options else similarity(dataset, said, reference))
        return torch.tensor(near)


def similarity(dataset: str, one: str, other: str) -> float:
    """Return how near two of a corpus's emotions are, in [0, 1]: 1 at the same place, falling to 0 at `FAR`.

    0 where one of them has no place.
    """
    here, there = (_place(dataset, word) for word in (one, other))
    if here is None or there is None:
        return 0.0
    return max(0.0, 1.0 - math.dist(here, there) / FAR)


def _place(dataset: str, word: str) -> tuple[int, int] | None:
    """Where a corpus's word lies; its own place comes before that of the one of the nine that stands for it."""
    word = normal(word)
    return PLACES.get(word) or PLACES.get(to_nine(dataset, word) or "")
