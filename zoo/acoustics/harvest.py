"""Harvest: WORLD's F0 tracker (M. Morise, Interspeech 2017), a second opinion made of signal processing alone."""

import numpy as np

from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ, Track, Tracker, at_full_scale
from zoo.acoustics.wave import Wave
from zoo.acoustics.world import world
from zoo.core.registry import trackers

HOP_S = 0.010


@trackers.offer("harvest", licence="MIT; WORLD itself BSD-3-Clause")
class HarvestTracker(Tracker):
    """WORLD's Harvest; 10 ms frames, slower than SwiftF0, generous in calling a frame voiced."""

    def track(self, wave: Wave) -> Track:
        """Track the F0 of a 16 kHz wave."""
        samples = at_full_scale(wave).astype(np.float64)
        f0_hz, times_s = world().harvest(samples, wave.rate_hz, FLOOR_HZ, CEILING_HZ, frame_period=1000 * HOP_S)
        silent = not samples.any()
        return Track(times_s, np.where((f0_hz > 0) & (not silent), f0_hz, np.nan), HOP_S)
