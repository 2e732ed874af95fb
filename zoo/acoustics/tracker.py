"""What every F0 tracker promises: a wave in, fundamental frequency and voicing per frame out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.wave import Wave

FLOOR_HZ = 55.0  # a deep voice at the end of its sentence
CEILING_HZ = 700.0  # a woman's shout; above it speech has no fundamental worth a name


@dataclass(frozen=True)
class Track:
    """F0 over time: `f0_hz` [T] with NaN where unvoiced, at `times_s` [T], a frame every `hop_s`."""

    times_s: NDArray[np.float64]
    f0_hz: NDArray[np.float64]
    hop_s: float

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """[T], True where the frame has a fundamental."""
        return np.isfinite(self.f0_hz)


class Tracker(ABC):
    """Finds F0 between `FLOOR_HZ` and `CEILING_HZ`. A gain of the wave must not change what is found."""

    @abstractmethod
    def track(self, wave: Wave) -> Track:
        """Track the F0 of a 16 kHz wave. A wave without signal has no voiced frame."""

    def track_within(self, wave: Wave, spans_s: Sequence[tuple[float, float]]) -> Track:
        """Track a wave of which only these stretches (start, end) are asked for; outside them F0 may be NaN.

        Inside, the answer is that of `track`. A tracker that hears no further than some context can save the rest.
        """
        return self.track(wave)


def at_full_scale(wave: Wave) -> NDArray[np.float32]:
    """The samples with their peak at 0.5, for trackers with an absolute threshold; zeros stay zeros."""
    peak = float(np.abs(wave.samples).max(initial=0.0))
    return wave.samples if peak == 0.0 else wave.samples * np.float32(0.5 / peak)
