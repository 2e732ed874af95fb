"""SwiftF0: a small convolutional F0 tracker (package `swift-f0`, MIT), the zoo's first choice."""

from functools import cache
from typing import Any

import numpy as np

from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ, Track, Tracker, at_full_scale
from zoo.acoustics.wave import Wave
from zoo.core.registry import trackers

VOICED = 0.5  # the confidence at which the package's authors call a frame voiced
HOP_S = 0.016


@trackers.offer("swift-f0", licence="MIT")
class SwiftTracker(Tracker):
    """SwiftF0, a neural tracker; 16 ms frames, about 15 ms for 3 s of speech."""

    def track(self, wave: Wave) -> Track:
        """Track the F0 of a 16 kHz wave."""
        found = _detector().detect(at_full_scale(wave), wave.rate_hz, fmin=FLOOR_HZ, fmax=CEILING_HZ)
        return Track(found.timestamps, np.where(found.confidence >= VOICED, found.pitch_hz, np.nan), HOP_S)


@cache
def _detector() -> Any:
    """The detector, once per process; one thread, since corpora are measured one process a core."""
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)
