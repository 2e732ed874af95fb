"""What every adapter promises: frames in, audio tokens as wide as the backbone out."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Adapter(nn.Module, ABC):
    """Frames, and cue tokens where a prosody head hands them over, to audio tokens.

    A subclass takes `*, in_dim, out_dim, cue_dim=None` from its neighbours and states `stride`, the frames that
    make one audio token. Cue tokens, if any, come first, one audio token each.
    """

    stride: int

    @abstractmethod
    def forward(self, frames: Tensor, mask: Tensor, cues: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Adapt.

        Args:
            frames: [B, T, in_dim].
            mask: [B, T], True where data is.
            cues: [B, Q, cue_dim] cue tokens of the prosody head, or None.

        Returns:
            audio tokens [B, A, out_dim] and their mask [B, A], True where data is, data first and padding last.
        """
