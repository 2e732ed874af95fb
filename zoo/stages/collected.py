"""What a rollout leaves behind for its updates; it travels in a run's checkpoint while it is in use."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from zoo.models.rollout import Rollout


@dataclass(frozen=True)
class Collected:
    """A rollout, and what its updates need: `rows` of the S answers that teach something, to prompts `utterances`.

    advantages [rows]; reference and log_probs [rows, L] under the reference and under the policy that sampled, the
    latter None until the first update has found them.
    """

    rollout: Rollout
    rows: Tensor
    utterances: Tensor
    advantages: Tensor
    reference: Tensor | None
    log_probs: Tensor | None = None
    teaching: int = 0  # of the rows; a rank whose answers teach nothing has rows too where the others wait for it

    def to_dict(self) -> dict[str, Any]:
        """Tensors by name, for a run's checkpoint."""
        mine = {name: value for name, value in vars(self).items() if name != "rollout"}
        return {**mine, "rollout": dict(vars(self.rollout))}

    def to(self, device: torch.device) -> "Collected":
        """The same on a device; a resumed run reads it from the disk."""
        return Collected(**{**_moved(self, device), "rollout": Rollout(**_moved(self.rollout, device))})

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "Collected":
        """The inverse of `to_dict`."""
        return cls(**{**row, "rollout": Rollout(**row["rollout"])})


def _moved(row: Collected | Rollout, device: torch.device) -> dict[str, Any]:
    return {name: value.to(device) if isinstance(value, Tensor) else value for name, value in vars(row).items()}
