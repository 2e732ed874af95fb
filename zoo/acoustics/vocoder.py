"""A voice taken apart by the WORLD vocoder into pitch, timbre and breath over time, and put together again.

M. Morise, F. Yokomori, K. Ozawa, "WORLD", IEICE Transactions E99-D(7), 2016; timbre by CheapTrick, breath by D4C. The
pitch comes from the caller: what is measured elsewhere is what is edited here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.tracker import Track
from zoo.acoustics.world import world

FRAME_MS = 5.0  # WORLD's own; 8 would take a third less time, and blur the dips between syllables
WORLDS_DOUBT = 0.85  # WORLD's own default

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """A voice in frames of 5 ms: `f0_hz` [T], 0 where unvoiced; power `spectrum` and `aperiodicity`, both [T, F]."""

    f0_hz: Samples
    spectrum: Samples
    aperiodicity: Samples
    rate_hz: int

    @property
    def times_s(self) -> Samples:
        """[T], the frames' centres."""
        return np.arange(len(self.f0_hz)) * FRAME_MS / 1000

    def at(self, frames: Samples) -> "Parts":
        """The voice at fractional frame numbers [T'], which rise: a new time axis is a new tempo.

        Timbre is read between its neighbours in decibels, pitch in octaves; voicing is that of the nearest frame.
        """
        frames = np.clip(frames, 0, len(self.f0_hz) - 1)
        below = np.minimum(frames.astype(int), max(0, len(self.f0_hz) - 2))
        above, share = np.minimum(below + 1, len(self.f0_hz) - 1), (frames - below)[:, None]
        log = np.log(np.maximum(self.spectrum, 1e-16))
        return Parts(
            _between(self.f0_hz, frames),
            np.exp(log[below] * (1 - share) + log[above] * share),
            self.aperiodicity[below] * (1 - share) + self.aperiodicity[above] * share,
            self.rate_hz,
        )


def take_apart(samples: Samples, rate_hz: int, f0_hz: Samples, times_s: Samples, doubt: float = WORLDS_DOUBT) -> Parts:
    """The parts of a wave [N] whose F0 is known in frames of 5 ms: `f0_hz` [T], 0 where unvoiced, at `times_s` [T].

    `doubt` is how readily D4C makes noise of a frame that is said to be voiced; 0 believes the track.
    """
    spectrum = world().cheaptrick(samples, f0_hz, times_s, rate_hz)
    return Parts(f0_hz, spectrum, world().d4c(samples, f0_hz, times_s, rate_hz, threshold=doubt), rate_hz)


def put_together(parts: Parts) -> Samples:
    """The wave [N] of a voice's parts."""
    whole: Samples = world().synthesize(
        np.ascontiguousarray(parts.f0_hz),
        np.ascontiguousarray(parts.spectrum),
        np.ascontiguousarray(parts.aperiodicity),
        parts.rate_hz,
        FRAME_MS,
    )
    return whole


def in_frames(track: Track, duration_s: float) -> tuple[Samples, Samples]:
    """A track on WORLD's frames: F0 [T], 0 where unvoiced, and their times [T] over a whole wave."""
    times_s = np.arange(int(duration_s * 1000 / FRAME_MS) + 1) * FRAME_MS / 1000
    if not len(track.times_s):
        return np.zeros(len(times_s)), times_s
    f0_hz = _between(np.nan_to_num(track.f0_hz), (times_s - track.times_s[0]) / track.hop_s)
    return f0_hz, times_s


def _between(f0_hz: Samples, frames: Samples) -> Samples:
    """F0 at fractional frame numbers: straight in octaves between voiced frames, unvoiced where the nearest one is."""
    where = np.flatnonzero(f0_hz > 0)
    nearest = np.round(frames).astype(int)
    inside = (nearest >= 0) & (nearest < len(f0_hz))
    voiced = inside & (f0_hz[np.clip(nearest, 0, len(f0_hz) - 1)] > 0)
    if not voiced.any():
        return np.zeros(len(frames))
    octaves = np.interp(frames, where, np.log2(f0_hz[where]))
    return np.where(voiced, 2**octaves, 0.0)
