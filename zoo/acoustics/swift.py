"""SwiftF0: a small convolutional F0 tracker (package `swift-f0`, MIT), the zoo's first choice."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ, Track, Tracker, at_full_scale
from zoo.acoustics.wave import Wave
from zoo.core.registry import trackers

VOICED = 0.5  # the confidence at which the package's authors call a frame voiced
HOP_S = 0.016
CONTEXT_FRAMES = 11  # as far as the network looks around a frame: 11 frames back, 10 ahead


@trackers.offer("swift-f0", licence="MIT")
class SwiftTracker(Tracker):
    """SwiftF0, a neural tracker; 16 ms frames, about 7 ms of CPU time per second tracked."""

    def track(self, wave: Wave) -> Track:
        """Track the F0 of a 16 kHz wave."""
        return _as_track(_detected(at_full_scale(wave), wave.rate_hz))

    def track_within(self, wave: Wave, spans_s: Sequence[tuple[float, float]]) -> Track:
        """As `track`, but only the spans and the network's context around them are computed."""
        samples, hop = at_full_scale(wave), round(HOP_S * wave.rate_hz)
        f0_hz = np.full(max(1, len(samples) // hop), np.nan)
        for first, end in _merged(spans_s, len(f0_hz)):
            start, stop = max(0, first - CONTEXT_FRAMES), min(len(f0_hz), end + CONTEXT_FRAMES)
            whole_end = len(samples) if stop == len(f0_hz) else stop * hop
            f0_hz[first:end] = _detected(samples[start * hop : whole_end], wave.rate_hz)[first - start : end - start]
        return _as_track(f0_hz)


def _as_track(f0_hz: NDArray[np.float64]) -> Track:
    times_s = np.asarray(np.arange(len(f0_hz)) * HOP_S, dtype=np.float64)
    return Track(times_s, f0_hz, HOP_S)


def _merged(spans_s: Sequence[tuple[float, float]], n_frames: int) -> list[tuple[int, int]]:
    """Spans as frames (first, end), those joined whose contexts overlap: no frame is then computed twice."""
    merged: list[tuple[int, int]] = []
    for start_s, end_s in spans_s:
        first, end = max(0, int(start_s / HOP_S)), min(n_frames, int(end_s / HOP_S) + 2)
        if merged and first - merged[-1][1] <= 2 * CONTEXT_FRAMES:
            merged[-1] = (merged[-1][0], end)
        elif first < end:
            merged.append((first, end))
    return merged


def _detected(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """F0 [T] in Hz, NaN where the network is not confident."""
    found = _detector().detect(samples, rate_hz, fmin=FLOOR_HZ, fmax=CEILING_HZ)
    f0_hz: NDArray[np.float64] = np.where(found.confidence >= VOICED, found.pitch_hz, np.nan)
    return f0_hz


@cache
def _detector() -> Any:
    """The detector, once per process; one thread, since corpora are measured one process a core."""
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)
