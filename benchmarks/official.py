"""The measuring method of arXiv 2601.15668's pipeline, written anew from its settings: what the zoo is compared with.

librosa's pYIN twice (M. Mauch & S. Dixon, ICASSP 2014), octave repair, energy in 25 ms frames, a contour by line and
parabola. Phones per second need a dictionary and cost next to nothing beside this, so they are left out of both sides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
FRAME, HOP = 1024, 160
FLOOR_HZ, CEILING_HZ = 55.0, 500.0
SECOND_PASS = (0.6, 2.0)  # of the first pass's median
OCTAVE_ST = (10.5, 13.5)  # a frame this far from its neighbours is an octave off; the method says only "repair"
NEIGHBOURS = 11  # frames, 110 ms
ENERGY_FRAME_S, ACTIVE_DB, LOUD_PERCENTILE = 0.025, 35.0, 95.0
DIRECTION_ST, TURN_ST, TURN_GAIN, TURN_BETWEEN = 2.0, 2.0, 0.05, (0.25, 0.75)
FLAT_ST, EXPRESSIVE_ST = 3.0, 9.0


@dataclass(frozen=True)
class Official:
    """What the official method finds in one wave; F0 [T] in Hz every 10 ms, NaN where unvoiced or no speech."""

    f0_hz: NDArray[np.float64]
    f0_median_hz: float | None
    f0_range_st: float | None
    energy_dbfs: float
    contour_shape: str
    contour_dynamics: str | None


def official(samples: NDArray[np.float32]) -> Official:
    """Measure 16 kHz samples [N] as the official pipeline does."""
    f0_hz = track(samples)
    frames_dbfs = _frames_dbfs(samples)[: len(f0_hz)]
    speech = np.zeros(len(f0_hz), dtype=bool)
    speech[: len(frames_dbfs)] = frames_dbfs >= np.percentile(frames_dbfs, LOUD_PERCENTILE) - ACTIVE_DB
    energy_dbfs = float(10 * np.log10(np.mean(10 ** (frames_dbfs[speech[: len(frames_dbfs)]] / 10))))
    f0_hz = np.where(speech, f0_hz, np.nan)
    voiced = f0_hz[np.isfinite(f0_hz)]
    if len(voiced) < 2:
        return Official(f0_hz, None, None, energy_dbfs, "too_short", None)
    low, middle, high = (float(hz) for hz in np.percentile(voiced, [5, 50, 95]))
    range_st = 12 * np.log2(high / low)
    shape, dynamics = contour(12 * np.log2(voiced / middle), range_st)
    return Official(f0_hz, middle, range_st, energy_dbfs, shape, dynamics)


def track(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """F0 [T] in Hz, NaN where unvoiced: pYIN over the whole range, then around the median, then octave repair."""
    first = _pyin(samples, FLOOR_HZ, CEILING_HZ)
    if not np.isfinite(first).any():
        return first
    median = float(np.nanmedian(first))
    low, high = max(FLOOR_HZ, SECOND_PASS[0] * median), min(CEILING_HZ, SECOND_PASS[1] * median)
    return _repaired(_pyin(samples, low, high))


def contour(semitones: NDArray[np.float64], range_st: float) -> tuple[str, str]:
    """Shape and dynamics of the voiced frames [T] in order."""
    dynamics = "flat" if range_st < FLAT_ST else "expressive" if range_st > EXPRESSIVE_ST else "normal"
    x = np.linspace(0.0, 1.0, len(semitones))
    quarter = max(1, len(semitones) // 4)
    delta = float(semitones[-quarter:].mean() - semitones[:quarter].mean())
    line, parabola = np.polyfit(x, semitones, 1), np.polyfit(x, semitones, 2)
    total = max(float(semitones.var()), 1e-12)
    gain = float(np.var(semitones - np.polyval(line, x)) - np.var(semitones - np.polyval(parabola, x))) / total
    vertex = -parabola[1] / (2 * parabola[0]) if abs(parabola[0]) > 1e-9 else -1.0
    ends = np.polyval(parabola, [0.0, 1.0])
    depth = float(np.polyval(parabola, vertex) - ends.mean())
    if dynamics == "flat":
        return "flat", dynamics
    if TURN_BETWEEN[0] <= vertex <= TURN_BETWEEN[1] and abs(depth) >= TURN_ST and gain >= TURN_GAIN:
        return ("rising-falling" if depth > 0 else "falling-rising"), dynamics
    if abs(delta) >= DIRECTION_ST:
        return ("rising" if delta > 0 else "falling"), dynamics
    return ("expressive" if dynamics == "expressive" else "uncertain"), dynamics


def _pyin(samples: NDArray[np.float32], low_hz: float, high_hz: float) -> NDArray[np.float64]:
    import librosa

    f0_hz, _, _ = librosa.pyin(
        samples, fmin=low_hz, fmax=high_hz, sr=RATE_HZ, frame_length=FRAME, hop_length=HOP, fill_na=np.nan
    )
    return np.asarray(f0_hz, dtype=np.float64)


def _repaired(f0_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frames an octave from the median of their neighbours are moved by that octave."""
    half = NEIGHBOURS // 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(f0_hz, half, constant_values=np.nan), NEIGHBOURS)
    fixed = f0_hz.copy()
    for i in np.flatnonzero(np.isfinite(f0_hz)):
        off_st = 12 * np.log2(f0_hz[i] / np.nanmedian(around[i]))
        if OCTAVE_ST[0] <= abs(off_st) <= OCTAVE_ST[1]:
            fixed[i] *= 0.5 if off_st > 0 else 2.0
    return fixed


def _frames_dbfs(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    length = round(ENERGY_FRAME_S * RATE_HZ)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, length // 2), length)[::HOP]
    return np.asarray(10 * np.log10(np.maximum(np.square(frames, dtype=np.float64).mean(axis=1), 1e-12)))
