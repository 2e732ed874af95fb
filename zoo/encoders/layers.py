"""Which layers of a pretrained encoder are kept, and how their outputs become one row of frames."""

import torch
from torch import Tensor, nn

from zoo.core.errors import ZooError


def kept(layers: int | None, available: int, source: str) -> int:
    """How many layers are built: the first `layers`, or all where it is None."""
    if layers is None:
        return available
    if not 1 <= layers <= available:
        raise ZooError(
            f"layers={layers} cannot be: {source} has {available} layers; choose 1 to {available}, or leave it out"
        )
    return layers


class LayerMix(nn.Module):
    """A learned softmax mix of a stack's states, as in SUPERB (Yang et al. 2021, arXiv 2105.01051)."""

    def __init__(self, states: int) -> None:
        super().__init__()
        self.scores = nn.Parameter(torch.zeros(states))  # equal shares to begin with

    def forward(self, states: list[Tensor]) -> Tensor:
        """States, each [B, T, D], the input of layer 1 first, to frames [B, T, D]."""
        shares = self.scores.softmax(0)
        return torch.stack([share * state for share, state in zip(shares, states, strict=True)]).sum(0)


def lengths_mask(lengths: list[int], device: torch.device) -> Tensor:
    """Lengths of B rows to a mask [B, longest], True where data is."""
    longest = torch.arange(max(lengths), device=device)
    return longest < torch.tensor(lengths, device=device)[:, None]
