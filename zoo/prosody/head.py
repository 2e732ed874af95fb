"""What every prosody head promises: frames in, a level or "can't tell" for every cue out, and tokens on request."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from zoo.acoustics.cues import LEVELS
from zoo.prosody.affect import Affect

CANT_TELL = 0  # class 0 of every cue; class i >= 1 is LEVELS[cue][i - 1]
CLASSES = {cue: 1 + len(levels) for cue, levels in LEVELS.items()}


class ProsodyHead(nn.Module, ABC):
    """Frames to cues.

    `tokens_dim` is the width of the cue tokens handed to the adapter, or None if the head hands none over. `affect` is
    what it makes of the utterance as a whole, for a head that also tells emotion, or None.
    """

    tokens_dim: int | None = None
    affect: Affect | None  # every subclass says which: a default here would hide the module of that name

    @abstractmethod
    def forward(self, frames: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Return {cue: logits [B, C]} for every cue of `LEVELS`; class `CANT_TELL` is "can't tell"."""

    @abstractmethod
    def tokens(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Return one token a cue, [B, len(LEVELS), tokens_dim], in the order of `LEVELS`."""
