"""How loud the speech is, how loud the rest is, and which frames are speech: from 25 ms frames, one every 10 ms."""

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.wave import Wave

FRAME_S = 0.025
HOP_S = 0.010
ACTIVE_DB = 35.0  # a frame is speech within this of the loud frames (arXiv 2601.15668, its official pipeline)
LOUD_PERCENTILE = 95.0
CLICK_FRAMES = 7  # a click fills three frames and must not set what "loud" means: a median over more than twice that
NOISE_PERCENTILE = 50.0
FEWEST_NOISE_FRAMES = 10  # 100 ms outside the speech, else nothing is said of the noise
NOTHING_DBFS = -120.0  # below this a frame is digital padding, no noise


@dataclass(frozen=True)
class Energy:
    """Levels of one wave. `frames_dbfs` and `speech` are [T], frame i being centred at `times_s[i]`."""

    times_s: NDArray[np.float64]
    frames_dbfs: NDArray[np.float64]
    speech: NDArray[np.bool_]
    energy_dbfs: float | None  # mean power over speech frames; a full-scale sine is -3.01 dBFS
    noise_floor_dbfs: float | None
    est_snr_db: float | None

    @property
    def speech_s(self) -> float:
        """Seconds of speech."""
        return float(self.speech.sum()) * HOP_S

    def spans_s(self, margin_s: float = 0.0) -> list[tuple[float, float]]:
        """Stretches of speech (start, end) in order, each widened by a margin; widened ones may overlap."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], self.speech, [False])).astype(int))) * HOP_S
        ends = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        return [(max(0.0, start - margin_s), end - HOP_S + margin_s) for start, end in ends]


def energy(wave: Wave) -> Energy:
    """Measure the levels of a wave. Without signal nothing is speech and every level is None.

    Digital silence before or after the speech changes no level, since frames without signal are never counted.
    """
    power = _frame_power(wave)
    frames_dbfs = np.asarray(10 * np.log10(np.maximum(power, 1e-20)), dtype=np.float64)
    times_s = np.asarray(np.arange(len(power)) * HOP_S, dtype=np.float64)
    signal = frames_dbfs > NOTHING_DBFS
    if not signal.any():
        return Energy(times_s, frames_dbfs, signal, None, None, None)
    speech = frames_dbfs >= _loud(frames_dbfs[signal]) - ACTIVE_DB
    level = float(10 * np.log10(power[speech].mean()))
    rest = frames_dbfs[signal & ~speech]
    floor = float(np.percentile(rest, NOISE_PERCENTILE)) if len(rest) >= FEWEST_NOISE_FRAMES else None
    return Energy(times_s, frames_dbfs, speech, level, floor, None if floor is None else level - floor)


def _frame_power(wave: Wave) -> NDArray[np.float64]:
    """Power [T] of frames centred at multiples of the hop, zeros around the wave, each frame freed of its mean (DC)."""
    length, hop = round(FRAME_S * wave.rate_hz), round(HOP_S * wave.rate_hz)
    block = gcd(length, hop)  # frames overlap: the sums of 5 ms blocks are made once and shared
    padded = np.pad(wave.samples.astype(np.float64), (length // 2, length // 2 + hop + block))
    blocks = padded[: len(padded) // block * block].reshape(-1, block)
    n_frames = (len(wave.samples) + 2 * (length // 2) + hop - length) // hop + 1
    sums, squares = (
        np.lib.stride_tricks.sliding_window_view(values, length // block)[:: hop // block][:n_frames].sum(axis=1)
        for values in (blocks.sum(axis=1), np.square(blocks).sum(axis=1))
    )
    return np.maximum(squares / length - np.square(sums / length), 0.0)


def _loud(frames_dbfs: NDArray[np.float64]) -> float:
    """The 95th percentile of the frames near the loudest: of those alone, so that padding cannot lower it."""
    half = CLICK_FRAMES // 2
    steady = np.median(
        np.lib.stride_tricks.sliding_window_view(np.pad(frames_dbfs, half, "edge"), CLICK_FRAMES), axis=1
    )
    near = frames_dbfs[(steady >= steady.max() - ACTIVE_DB) & (frames_dbfs <= steady.max() + ACTIVE_DB)]
    return float(np.percentile(near, LOUD_PERCENTILE))
