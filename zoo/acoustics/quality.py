"""Voice quality from cycle to cycle: jitter, shimmer and the harmonics-to-noise ratio, where enough is voiced.

Cycles are marked at the wave's strongest extreme within each period that the F0 track foretells; a cycle's length and
likeness to the next come from their normalised cross-correlation (P. Boersma, IFA Proceedings 17, 1993, whose ratio
this is: r / (1 - r)). Jitter and shimmer are the local ones: the mean difference between neighbours over the mean.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave

FEWEST_CYCLES = 30  # a quarter of a second of a deep voice; below it one odd cycle makes the figure
LIKE = 0.7  # a cycle that is less like the next is creak, a transition or noise, and its length is not known
LAG_SHARE = 0.15  # of a period: as far as neighbouring cycles may differ in length, far beyond any healthy voice's
SETTLE_CYCLES = 7  # the place of the extreme within a cycle moves slowly; single cycles may miss it
SHIMMER_MOST = 1.6  # neighbours whose amplitudes differ by more than this factor are an onset (Praat's own limit)
CLIPPED_SHARE = 0.001  # of the samples on flat tops; the amplitudes of more than that are the microphone's
HNR_MOST_DB = 40.0  # what 16 bits, 16 kHz and a parabola between samples resolve


@dataclass(frozen=True)
class Quality:
    """Shares (0.01 is one per cent) and decibels; each None where too few cycles could be compared."""

    jitter: float | None = None  # local: mean |T[i+1] - T[i]| / mean T
    shimmer: float | None = None  # local: mean |A[i+1] - A[i]| / mean A, of peak-to-peak amplitudes
    hnr_db: float | None = None  # harmonics to noise, of the median cycle; a clear voice has about 20


def quality(wave: Wave, track: Track) -> Quality:
    """Measure the voice quality of a wave with a known F0. Breaks and unvoiced stretches are left out."""
    samples = wave.samples - wave.samples.mean()  # a constant offset would make every cycle like the next
    marks, periods = _marks(samples, wave.rate_hz, track)
    if len(marks) < FEWEST_CYCLES:
        return Quality()
    lags, alike, swing = _compared(samples, marks, periods)
    follows = np.abs(marks[1:] - marks[:-1] - lags[:-1]) < LAG_SHARE * 2 * periods[:-1]
    known = follows & (alike[:-1] >= LIKE) & (alike[1:] >= LIKE)
    level = np.maximum(swing[1:], swing[:-1]) <= SHIMMER_MOST * np.minimum(swing[1:], swing[:-1])
    shimmer = None if wave.clipped_share > CLIPPED_SHARE else _variation(swing, known & level)
    return Quality(_variation(lags, known), shimmer, _ratio_db(alike))


def _variation(values: NDArray[np.float64], known: NDArray[np.bool_]) -> float | None:
    """Mean difference between known neighbours over their mean."""
    if known.sum() < FEWEST_CYCLES:
        return None
    return float(np.abs(np.diff(values))[known].mean() / ((values[1:] + values[:-1])[known].mean() / 2))


def _ratio_db(alike: NDArray[np.float64]) -> float:
    """Of the median cycle: in a clear voice a single onset would outweigh a hundred cycles in a mean."""
    share = float(np.clip(np.median(alike), 1e-4, 1 - 1e-4))
    return min(HNR_MOST_DB, 10 * float(np.log10(share / (1 - share))))


def _marks(samples: NDArray[np.float32], rate_hz: int, track: Track) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sample positions [K] of one extreme a cycle, and the period there in samples [K]."""
    at, f0_hz = _foretold(track)
    periods = rate_hz / f0_hz
    centres = at * rate_hz
    reach = int(periods.max(initial=0.0) * (1 + LAG_SHARE)) + 2
    inside = (centres >= 2 * reach) & (centres < len(samples) - 4 * reach)
    centres, periods = centres[inside], periods[inside]
    if not len(centres):
        return centres.astype(np.int64), periods
    # The track tells how long a cycle is and not where it begins. Where the extremes lay at the edges of the first
    # windows, a window would hold two or none, so the windows are moved to have them in the middle.
    off = _extremes(samples, centres, periods, reach) - centres
    found = _extremes(samples, centres + _settled(off / periods, centres, periods) * periods, periods, reach)
    order = np.argsort(found, kind="stable")
    found, periods = found[order], periods[order]
    apart = np.concatenate(([True], np.diff(found) > periods[1:] / 2))
    return found[apart], periods[apart]


def _extremes(
    samples: NDArray[np.float32], centres: NDArray[np.float64], periods: NDArray[np.float64], reach: int
) -> NDArray[np.int64]:
    """Where the wave is strongest [K] within a period around each centre, of the sign that is the stronger one."""
    half = reach // 2
    offsets, middle = np.arange(-half, half + 1), np.round(centres).astype(np.int64)
    near = np.where(
        np.abs(offsets) <= periods[:, None] / 2, _cut(samples, middle - half, len(offsets)), np.float32(0.0)
    )
    up = np.abs(near.max(axis=1)).sum() >= np.abs(near.min(axis=1)).sum()
    found: NDArray[np.int64] = middle + offsets[(near if up else -near).argmax(axis=1)]
    return found


def _settled(
    off: NDArray[np.float64], centres: NDArray[np.float64], periods: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Offsets [K], in periods, smoothed around the circle over neighbours; in each stretch at most about half."""
    turned = np.convolve(np.exp(2j * np.pi * off), np.ones(min(SETTLE_CYCLES, len(off))), "same")
    phase = np.unwrap(np.angle(turned)) / (2 * np.pi)
    stretch = np.concatenate(([0], np.cumsum(np.diff(centres) > 1.5 * periods[1:])))
    means = np.bincount(stretch, phase) / np.bincount(stretch)
    return np.asarray(phase - np.round(means)[stretch], dtype=np.float64)


def _foretold(track: Track) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times [K] one cycle apart through the voiced stretches, and F0 [K] there: the track's phase, integrated."""
    voiced = track.voiced
    if voiced.sum() < 2:
        return np.zeros(0), np.zeros(0)
    f0_hz = np.where(voiced, track.f0_hz, 0.0)
    both = voiced[1:] & voiced[:-1]
    phase = np.concatenate(([0.0], np.cumsum(np.where(both, (f0_hz[1:] + f0_hz[:-1]) / 2 * track.hop_s, 0.0))))
    cycles = np.arange(0.5, phase[-1])
    # unvoiced time adds no phase: of the equal phases around a pause, the later ones begin the next stretch
    left = np.clip(np.searchsorted(phase, cycles, side="right") - 1, 0, len(phase) - 2)
    share = (cycles - phase[left]) / np.maximum(phase[left + 1] - phase[left], 1e-9)
    return track.times_s[left] + share * track.hop_s, f0_hz[left] * (1 - share) + f0_hz[left + 1] * share


def _compared(
    samples: NDArray[np.float32], marks: NDArray[np.int64], periods: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of each cycle [K]: its length in samples, its correlation with the next, its peak-to-peak amplitude."""
    half = (periods / 2).astype(np.int64)  # [K]
    widest, spread = int(half.max()), int(np.ceil(LAG_SHARE * periods.max())) + 1
    offsets, steps = np.arange(-widest, widest + 1), np.arange(-spread, spread + 1)
    inside = np.abs(offsets) <= half[:, None]  # [K, W]
    around = _cut(samples, marks - widest, len(offsets))
    swing = np.ptp(np.where(inside, around, samples[marks][:, None]), axis=1).astype(np.float64)
    here = np.where(inside, around, np.float32(0.0))
    start = marks + np.round(periods).astype(np.int64)  # [K], where the next mark is expected
    ahead = _cut(samples, start - widest - spread, 2 * (widest + spread) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(ahead, 2 * widest + 1, axis=1)  # [K, lags, W]
    power = np.concatenate(([0.0], np.cumsum(np.square(samples), dtype=np.float64)))
    centres = start[:, None] + steps  # [K, lags]
    theirs = power[centres + half[:, None] + 1] - power[centres - half[:, None]]
    mine = power[marks + half + 1] - power[marks - half]
    likeness = np.einsum("kw,klw->kl", here, windows) / np.sqrt(np.maximum(theirs * mine[:, None], 1e-20))
    best = np.where(np.abs(steps) <= LAG_SHARE * periods[:, None], likeness, -1.0).argmax(axis=1)
    best = np.clip(best, 1, len(steps) - 2)
    rows = np.arange(len(marks))
    before, top, after = likeness[rows, best - 1], likeness[rows, best], likeness[rows, best + 1]
    shift = np.clip((before - after) / (2 * np.minimum(before - 2 * top + after, -1e-9)), -0.5, 0.5)
    lengths = np.round(periods) + steps[best] + shift
    return lengths, np.minimum(top - (before - after) * shift / 4, 1.0), swing


def _cut(samples: NDArray[np.float32], starts: NDArray[np.int64], length: int) -> NDArray[np.float32]:
    """Pieces [K, length] of the samples [N], from each start: whole rows are copied, which indices would not."""
    return np.lib.stride_tricks.sliding_window_view(samples, length)[starts]
