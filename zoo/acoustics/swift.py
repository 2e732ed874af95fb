"""SwiftF0: a small convolutional F0 tracker (package `swift-f0`, MIT), the zoo's first choice."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ, Track, Tracker, at_full_scale
from zoo.acoustics.wave import Wave
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.registry import trackers

VOICED = 0.5  # the confidence at which the package's authors call a frame voiced
HOP = 256  # samples
HOP_S = HOP / SAMPLE_RATE_HZ  # 16 ms
CONTEXT_FRAMES = 11  # as far as the network looks around a frame: 11 frames back, 10 ahead
MOST_FRAMES = 400  # at a time: of more, the layers leave the processor's cache, and a frame costs up to a third more
SILENT_PEAK = 1e-3  # a frame below it is silent, as in the package; the wave's peak is at 0.5


@trackers.offer("swift-f0", licence="MIT")
class SwiftTracker(Tracker):
    """SwiftF0, a neural tracker; 16 ms frames, about 7 ms of CPU time per second tracked."""

    def track(self, wave: Wave) -> Track:
        """Track the F0 of a 16 kHz wave."""
        return self.track_within(wave, [(0.0, wave.duration_s)])

    def track_within(self, wave: Wave, spans_s: Sequence[tuple[float, float]]) -> Track:
        """As `track`, but only the spans and the network's context around them are computed."""
        samples = at_full_scale(wave)
        n_frames = max(1, len(samples) // HOP)
        f0_hz = np.full(n_frames, np.nan)
        for first, end in _pieces(spans_s, n_frames):
            start, stop = max(0, first - CONTEXT_FRAMES), end + CONTEXT_FRAMES
            piece = samples[start * HOP :] if stop >= n_frames else samples[start * HOP : stop * HOP]
            f0_hz[first:end] = _detected(piece)[first - start : end - start]
        return Track(np.asarray(np.arange(n_frames) * HOP_S, dtype=np.float64), f0_hz, HOP_S)


def _pieces(spans_s: Sequence[tuple[float, float]], n_frames: int) -> Iterator[tuple[int, int]]:
    """Spans as frames (first, end), joined where their contexts overlap, then cut evenly where they are long."""
    merged: list[tuple[int, int]] = []
    for start_s, end_s in spans_s:
        first, end = max(0, int(start_s / HOP_S)), min(n_frames, int(end_s / HOP_S) + 2)
        if merged and first - merged[-1][1] <= 2 * CONTEXT_FRAMES:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif first < end:
            merged.append((first, end))
    for first, end in merged:
        pieces = -(-(end - first) // MOST_FRAMES)
        yield from pairwise(np.linspace(first, end, pieces + 1).astype(int).tolist())


def _detected(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """F0 [T] in Hz, NaN where the network is not confident or the frame is silent.

    What the package's `detect` gives, but for the loudness of every frame, which costs a twenty-fifth of its time.
    """
    samples = np.pad(samples, (0, max(0, HOP - len(samples))))
    asked = {"audio": samples[None], "fmin": np.array(FLOOR_HZ, "f4"), "fmax": np.array(CEILING_HZ, "f4")}
    pitch_hz, confidence = (out[0] for out in _detector().session.run(["pitch", "confidence"], asked))
    peaks = np.abs(samples[: len(confidence) * HOP].reshape(-1, HOP)).max(axis=1)
    f0_hz: NDArray[np.float64] = np.where((confidence >= VOICED) & (peaks >= SILENT_PEAK), pitch_hz, np.nan)
    return f0_hz


@cache
def _detector() -> Any:
    """The detector, once per process; one thread, since corpora are measured one process a core."""
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)
