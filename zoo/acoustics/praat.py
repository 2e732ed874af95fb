"""Praat's autocorrelation in two passes: the phonetician's habit, for those who have its GPL package installed."""

import numpy as np

from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ, Track, Tracker
from zoo.acoustics.wave import Wave
from zoo.core.errors import ZooError
from zoo.core.registry import trackers

HOP_S = 0.010
# D. Hirst, "The analysis by synthesis of speech melody", JoSS 1(1), 2011: the second pass's range from the first's
# quartiles, a quarter below the lower and one and a half times the upper
BELOW, ABOVE = 0.75, 1.5


@trackers.offer("praat", licence="GPL-3.0-or-later, so it is no dependency: pip install praat-parselmouth")
class PraatTracker(Tracker):
    """Praat's To Pitch, twice; 10 ms frames; needs the package praat-parselmouth."""

    def track(self, wave: Wave) -> Track:
        """Track the F0 of a 16 kHz wave.

        Raises:
            ZooError: if the package is not installed.
        """
        try:
            import parselmouth
        except ImportError:
            raise ZooError(
                "the tracker praat needs Praat; install it with: pip install praat-parselmouth (GPL), "
                "or take the tracker swift-f0"
            ) from None
        times_s = np.asarray(np.arange(int(wave.duration_s / HOP_S) + 1) * HOP_S, dtype=np.float64)
        low_hz, high_hz = FLOOR_HZ, CEILING_HZ
        if wave.duration_s <= 3 / low_hz or not wave.samples.any():  # Praat wants three periods of the floor
            return Track(times_s, np.full(len(times_s), np.nan), HOP_S)
        sound = parselmouth.Sound(wave.samples.astype(np.float64), wave.rate_hz)
        first = sound.to_pitch_ac(HOP_S, low_hz, pitch_ceiling=high_hz).selected_array["frequency"]
        if (first > 0).any():
            lower, upper = np.percentile(first[first > 0], [25, 75])
            low_hz, high_hz = max(FLOOR_HZ, BELOW * lower), min(CEILING_HZ, ABOVE * upper)
        second = sound.to_pitch_ac(HOP_S, low_hz, pitch_ceiling=high_hz)
        hz = second.selected_array["frequency"]
        nearest = np.round((times_s - second.xs()[0]) / HOP_S).astype(int)  # Praat centres its frames in the wave
        inside = (nearest >= 0) & (nearest < len(hz))
        f0_hz = np.where(inside, hz[np.clip(nearest, 0, len(hz) - 1)], 0.0)
        return Track(times_s, np.where(f0_hz > 0, f0_hz, np.nan), HOP_S)
