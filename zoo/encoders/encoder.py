"""What every audio encoder promises: 16 kHz waves in, frames out, the same alone as in a batch."""

from abc import ABC, abstractmethod
from math import ceil
from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.errors import ZooError
from zoo.core.legend import SAMPLE_RATE_HZ


class Encoder(nn.Module, ABC):
    """Waves to frames.

    A subclass states `dim` (the width D of its frames), `frame_rate_hz` and `limit_s` (the longest wave it takes). One
    that was trained on windows filled up with silence, and on the frames of that silence, states `window_s`: the frames
    of an utterance then fill whole windows, and frame i still stands at i / `frame_rate_hz` seconds.
    `published` are the configuration files of the weights it was built on, by file name: a checkpoint of a trained
    encoder carries them, and so can stand where those weights stood (`encoder: {weights: <checkpoint>}`).
    """

    dim: int
    frame_rate_hz: float
    limit_s: float = 600.0
    window_s: float | None = None
    published: dict[str, dict[str, Any]] = {}

    @abstractmethod
    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Encode waves.

        Args:
            wave: [B, N] float32 at 16 kHz, zeros after each utterance's end.
            lengths: [B] samples in each utterance.

        Returns:
            frames [B, T, D] and a boolean mask [B, T], True where a frame belongs to the utterance, or to the silence
            that fills its last window. The frames of an utterance do not depend on what else is in the batch; they are
            zero where the mask is False.

        Raises:
            ZooError: an utterance is longer than `limit_s`; audio is never cut silently.
        """

    def covered_s(self, duration_s: float) -> float:
        """How many seconds the frames of an utterance of so many seconds cover."""
        return duration_s if self.window_s is None else ceil(duration_s / self.window_s) * self.window_s

    def inside(self, mask: Tensor, lengths: Tensor) -> Tensor:
        """The frames of a mask [B, T] that begin in their waves of `lengths` [B] samples: what may be pooled."""
        if self.window_s is None:
            return mask
        begins = torch.arange(mask.shape[1], device=mask.device) * (SAMPLE_RATE_HZ / self.frame_rate_hz)
        return mask & (begins < lengths.to(mask.device)[:, None])

    def utterances(self, wave: Tensor, lengths: Tensor) -> list[Tensor]:
        """The utterances of a batch, each [N] of its own length; a `ZooError` if one is longer than `limit_s`."""
        sizes = [int(size) for size in lengths.tolist()]
        if max(sizes) > self.limit_s * SAMPLE_RATE_HZ:
            longest_s = max(sizes) / SAMPLE_RATE_HZ
            raise ZooError(
                f"an utterance lasts {longest_s:.1f} s and this encoder takes {self.limit_s:g} s; cut it first"
            )
        return [row[:size] for row, size in zip(wave, sizes, strict=True)]
