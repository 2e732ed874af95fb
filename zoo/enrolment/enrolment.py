"""What every enrolment promises: frames told relative to how the same speaker sounds in a few unlabelled clips."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Enrolment(nn.Module, ABC):
    """Frames and a speaker's own clips to frames for the adapter.

    A subclass takes `*, dim` from the encoder and states `clips`, how many of a speaker it is trained with (with fewer,
    and with none, it works too, and knows less), and `habit`, whether the cues of its training are measured against
    these clips too and told in traces.
    """

    clips: int
    habit: bool
    settled: Tensor  # bool: whether `settle` was called, in this run or that of a checkpoint

    @abstractmethod
    def forward(self, frames: Tensor, mask: Tensor, means: Tensor, counts: Tensor) -> Tensor:
        """Frames [B, T, D] of the same shape, zero in the padding.

        Args:
            frames: [B, T, D] of the encoder.
            mask: [B, T], True where data is.
            means: [B, D] the mean over each speaker's clips of each clip's mean frame; anything where there is no clip.
            counts: [B] clips of each speaker.
        """

    @abstractmethod
    def settle(self, means: Tensor) -> None:
        """Learn from the mean frames [N, D] of training clips what speakers are like at large; kept in a checkpoint."""
