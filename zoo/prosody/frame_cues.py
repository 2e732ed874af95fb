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
from zoo.prosody.head import CLASSES, ProsodyHead

TOLD = ("vectors", "levels")


@prosody_heads.offer("frame-cues")
class FrameCues(ProsodyHead):
    """One attention query, one vector and one classifier a cue."""

    def __init__(self, hidden: int = 128, tokens: bool = False, told: str = "vectors", *, in_dim: int) -> None:
        """Build a head.

        Args:
            hidden: width of the head's frames, and of its vectors.
            tokens: whether a token for each cue is handed to the adapter.
            told: what is in these tokens: `vectors`, all that the head found, in which a training voice can be known
                again, or `levels`, the probability of each level and nothing else.
            in_dim: width of the encoder's frames.
        """
        super().__init__()
        if told not in TOLD:
            raise ZooError(f"prosody.told is {told!r}; cue tokens hold {' or '.join(TOLD)}")
        self.told = told
        self.tokens_dim = None if not tokens else hidden if told == "vectors" else sum(CLASSES.values())
        self.enter = nn.Sequential(nn.LayerNorm(in_dim), nn.Linear(in_dim, hidden), nn.GELU())
        self.queries = nn.Linear(hidden, len(LEVELS), bias=False)
        self.join = nn.Linear(3 * hidden, hidden)
        self.cue = nn.Parameter(0.02 * torch.randn(len(LEVELS), hidden))  # tells the cues apart in the shared layer
        self.leave = nn.Sequential(nn.GELU(), nn.LayerNorm(hidden))
        self.classify = nn.ModuleDict({cue: nn.Linear(hidden, classes) for cue, classes in CLASSES.items()})

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
        if self.told == "vectors":
            return self._vectors(frames, mask)
        levels = [logits.softmax(-1) for logits in self(frames, mask).values()]  # [B, C] each
        return torch.stack([_in_place(row, place) for place, row in enumerate(levels)], 1)  # [B, Q, tokens_dim]

    def _vectors(self, frames: Tensor, mask: Tensor) -> Tensor:
        """One vector a cue, [B, Q, hidden]."""
        frames = self.enter(frames)  # [B, T, hidden]
        scores = self.queries(frames).float().masked_fill(~mask[..., None], float("-inf"))  # [B, T, Q]
        pooled = scores.softmax(1).to(frames.dtype).mT @ frames  # [B, Q, hidden]
        mean, spread = statistics(frames, mask)
        whole = torch.cat([mean, spread], -1)[:, None].expand(-1, len(LEVELS), -1)  # [B, Q, 2 hidden]
        return self.leave(self.join(torch.cat([pooled, whole], -1)) + self.cue)


def _in_place(levels: Tensor, place: int) -> Tensor:
    """Probabilities [B, C] of the cue at a place among the classes of all cues, [B, tokens_dim]: high is not loud."""
    sizes = list(CLASSES.values())
    return nn.functional.pad(levels, (sum(sizes[:place]), sum(sizes[place + 1 :])))
