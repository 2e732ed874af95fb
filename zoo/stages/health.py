"""A policy that is about to be lost, said aloud while it happens."""

from collections.abc import Mapping

import torch
from torch import Tensor

from zoo.core.console import message

EVERY_STEPS = 25  # between two times that the same is said
# Each bound is far from where a healthy run is: form above 0.9, entropy of some tenths of a nat, KL below 0.2.
SIGNS = (
    ("reward_format", "below", 0.1, "hardly an answer has the right form", "start from a longer SFT or cool sampling"),
    ("entropy", "below", 0.01, "all answers are alike (nats a token)", "raise stage.temperature or lower trainer.lr"),
    ("kl", "above", 2.0, "the policy is far from where it started (nats a token)", "lower trainer.lr, raise stage.kl"),
)


class Health:
    """Says each sign of a collapse when it is first seen, and again while it lasts."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}

    def watch(self, figures: Mapping[str, Tensor | float], step: int) -> list[str]:
        """What is wrong in a step's figures, new or lasting; it is printed too."""
        found = []
        for name, side, bound, meaning, way_out in SIGNS:
            if name not in figures:
                continue
            value = float(torch.as_tensor(figures[name]))
            if not (value < bound if side == "below" else value > bound):
                self._said.pop(name, None)
            elif step - self._said.get(name, -EVERY_STEPS) >= EVERY_STEPS:
                self._said[name] = step
                found.append(f"step {step}: {name} is {value:.3g}, {meaning}; {way_out}")
        for sentence in found:
            message(sentence)
        return found
