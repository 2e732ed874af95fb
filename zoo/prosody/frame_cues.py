"""Cues from an encoder's frames by attention, one query a cue: frames [B, T, D] -> a level or "can't tell" for each.

Attention pooling (Safari et al. 2020, arXiv 2008.01077) finds where in the utterance a cue shows; the mean and spread
over the whole utterance are handed over besides, since pitch and energy levels live in them.
"""

import torch
from torch import Tensor, nn

from zoo.acoustics.cues import LEVELS
from zoo.core.errors import ZooError
from zoo.core.pooling import statistics
from zoo.core.registry import prosody_heads
from zoo.prosody.affect import Affect
from zoo.prosody.head import CLASSES, ProsodyHead


@prosody_heads.offer("frame-cues")
class FrameCues(ProsodyHead):
    """One attention query, one vector and one classifier a cue."""

    def __init__(
        self, hidden: int = 128, tokens: bool = False, affect: int = 0, dropout: float = 0.3, *, in_dim: int
    ) -> None:
        """Build a head.

        Args:
            hidden: width of the head's frames, and of its tokens.
            tokens: whether the cue vectors are handed to the adapter as tokens.
            affect: width of one vector that tells the utterance as a whole, 0 for none; stage "encoder" teaches it
                emotions. Much wider than there are emotions, it also tells training clips apart.
            dropout: on the pooled frames that affect is made of.
            in_dim: width of the encoder's frames.
        """
        super().__init__()
        if affect < 0:
            raise ZooError(f"prosody.affect is {affect}; it is a width, such as 32, or 0 for none")
        self.tokens_dim = hidden if tokens else None
        self.enter = nn.Sequential(nn.LayerNorm(in_dim), nn.Linear(in_dim, hidden), nn.GELU())
        self.queries = nn.Linear(hidden, len(LEVELS), bias=False)
        self.join = nn.Linear(3 * hidden, hidden)
        self.cue = nn.Parameter(0.02 * torch.randn(len(LEVELS), hidden))  # tells the cues apart in the shared layer
        self.leave = nn.Sequential(nn.GELU(), nn.LayerNorm(hidden))
        self.classify = nn.ModuleDict({cue: nn.Linear(hidden, classes) for cue, classes in CLASSES.items()})
        self.affect = Affect(in_dim, hidden, affect, dropout) if affect else None

    def forward(self, frames: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Return {cue: logits [B, C]}; class `CANT_TELL` is "can't tell"."""
        vectors = self._vectors(frames, mask).unbind(1)
        return {cue: self.classify[cue](vector) for cue, vector in zip(LEVELS, vectors, strict=True)}

    def tokens(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Return one token a cue, [B, Q, tokens_dim]; a `ZooError` if the head was built without `tokens`."""
        if self.tokens_dim is None:
            raise ZooError(
                'this prosody head hands no tokens over; set "tokens: true" in the recipe\'s prosody section'
            )
        return self._vectors(frames, mask)

    def _vectors(self, frames: Tensor, mask: Tensor) -> Tensor:
        """One vector a cue, [B, Q, hidden]."""
        frames = self.enter(frames)  # [B, T, hidden]
        scores = self.queries(frames).float().masked_fill(~mask[..., None], float("-inf"))  # [B, T, Q]
        pooled = scores.softmax(1).to(frames.dtype).mT @ frames  # [B, Q, hidden]
        mean, spread = statistics(frames, mask)
        whole = torch.cat([mean, spread], -1)[:, None].expand(-1, len(LEVELS), -1)  # [B, Q, 2 hidden]
        return self.leave(self.join(torch.cat([pooled, whole], -1)) + self.cue)
