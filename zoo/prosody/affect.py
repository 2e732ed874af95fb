"""What a voice tells as a whole: frames [B, T, D] -> mean and spread over time -> one narrow vector [B, width].

Emotion lies in how a voice is throughout, and a linear reading of mean-pooled frames already finds much of it. A
language model that must learn to talk from the same few thousand utterances finds less, and here is told. The vector
is narrow so that little but the emotion is in it: what else there is tells training clips apart, and no others.
"""

import torch
from torch import Tensor, nn

from zoo.core.pooling import statistics


class Affect(nn.Module):
    """Mean and spread of all frames, standardised over training clips, then two layers, the second one narrow.

    `settle` must be told the training clips' statistics once, before the first training step: dimensions from inside
    an encoder differ in scale by orders of magnitude, and the largest ones tell the least.
    """

    center: Tensor  # [2 D]
    scale: Tensor  # [2 D]
    settled: Tensor  # bool: whether `settle` was called, in this run or that of a checkpoint

    def __init__(self, in_dim: int, hidden: int, width: int, dropout: float) -> None:
        super().__init__()
        self.dim = width
        self.register_buffer("center", torch.zeros(2 * in_dim))
        self.register_buffer("scale", torch.ones(2 * in_dim))
        self.register_buffer("settled", torch.zeros((), dtype=torch.bool))
        enter = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * in_dim, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self.layer = nn.Sequential(enter, nn.Linear(hidden, width), nn.LayerNorm(width))

    def forward(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, D] and mask [B, T] to vectors [B, width]."""
        return self.layer((self.pool(frames, mask) - self.center) / self.scale)

    def pool(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Mean and spread over time, [B, 2 D]."""
        return torch.cat(statistics(frames, mask), -1)

    def settle(self, pooled: Tensor) -> None:
        """Learn every dimension's scale from what `pool` makes of training clips [N, 2 D]; kept in a checkpoint."""
        if not self.settled:
            self.center.copy_(pooled.mean(0))
            self.scale.copy_(pooled.std(0).clamp(min=1e-4))
            self.settled.fill_(True)
