"""What every audio encoder promises: 16 kHz waves in, frames out, the same alone as in a batch."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Encoder(nn.Module, ABC):
    """Waves to frames.

    A subclass states `dim` (the width D of its frames), `frame_rate_hz` and `limit_s` (the longest wave it takes).
    """

    dim: int
    frame_rate_hz: float
    limit_s: float = 600.0

    @abstractmethod
    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Encode waves.

        Args:
            wave: [B, N] float32 at 16 kHz, zeros after each utterance's end.
            lengths: [B] samples in each utterance.

        Returns:
            frames [B, T, D] and a boolean mask [B, T], True where a frame belongs to the utterance. The frames of an
            utterance do not depend on what else is in the batch.
        """
