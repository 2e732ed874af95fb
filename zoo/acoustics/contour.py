"""The shape of an utterance's intonation: one of six words, by fixed thresholds in semitones.

After the official pipeline of arXiv 2601.15668: direction from the first and last quarter of the voiced frames, a turn
from a parabola. One reading is ours: a range over 9 semitones is "expressive" only where neither line nor parabola
explains most of it, since a steep rise is a rise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST_S = 0.25  # of voiced frames; less is one syllable, and a syllable has no intonation
FLAT_ST = 3.0  # about the smallest movement that listeners hear as one, and what a monotonous reader keeps within
EXPRESSIVE_ST = 9.0  # read speech spans 4 to 8 semitones between these percentiles
DYNAMICS = ("flat", "normal", "expressive")
DIRECTION_ST = 2.0
TURN_ST = 2.0
TURN_BETWEEN = (0.25, 0.75)  # of the voiced time
TURN_GAIN = 0.05  # variance explained by the parabola beyond the line
EXPLAINED = 0.5  # below this share of variance a shape does not describe a wide contour


@dataclass(frozen=True)
class Contour:
    """A shape, and what it was read from. `shape` may also be `uncertain` or `too_short`; numbers are None then."""

    shape: str
    confidence: float | None = None  # share of variance that the shape explains; for flat, how far below 3 st
    delta_st: float | None = None  # mean of the last quarter minus mean of the first
    turn_depth_st: float | None = None  # the parabola's vertex against the line between its ends; positive is a peak
    turn_position: float | None = None  # of the vertex, 0 at the first voiced frame, 1 at the last
    dynamics: str | None = None  # how wide, whatever the shape: one of DYNAMICS


TOO_SHORT, UNCERTAIN = Contour("too_short"), Contour("uncertain")


def contour(f0_st: NDArray[np.float64], hop_s: float, range_st: float) -> Contour:
    """Name the contour of `f0_st`: voiced frames in order, in semitones, `range_st` wide (5th to 95th percentile)."""
    if len(f0_st) * hop_s < SHORTEST_S:
        return TOO_SHORT
    x = np.linspace(0.0, 1.0, len(f0_st))
    quarter = max(1, len(f0_st) // 4)
    delta = float(f0_st[-quarter:].mean() - f0_st[:quarter].mean())
    line, parabola = np.polyfit(x, f0_st, 1), np.polyfit(x, f0_st, 2)
    by_line, by_parabola = _explained(line, x, f0_st), _explained(parabola, x, f0_st)
    curve = float(parabola[0])
    position = -float(parabola[1]) / (2 * curve) if abs(curve) > 1e-9 else -1.0
    depth = -curve / 4  # at the middle, the parabola a x^2 + b x + c lies a / 4 below the chord between its ends
    turns = (
        TURN_BETWEEN[0] <= position <= TURN_BETWEEN[1] and abs(depth) >= TURN_ST and by_parabola - by_line >= TURN_GAIN
    )
    shape, confidence = _shape(range_st, delta, depth if turns else 0.0, by_parabola if turns else by_line)
    return Contour(shape, confidence, delta, depth if turns else None, position if turns else None, dynamics(range_st))


def dynamics(range_st: float) -> str:
    """The width of a contour in a word, by the official pipeline's thresholds."""
    return DYNAMICS[0] if range_st < FLAT_ST else DYNAMICS[2] if range_st > EXPRESSIVE_ST else DYNAMICS[1]


def _shape(range_st: float, delta_st: float, turn_st: float, explained: float) -> tuple[str, float | None]:
    if range_st < FLAT_ST:
        return "flat", 1.0 - range_st / FLAT_ST
    if range_st > EXPRESSIVE_ST and explained < EXPLAINED:
        return "expressive", 1.0 - explained
    if turn_st:
        return ("rising-falling" if turn_st > 0 else "falling-rising"), explained
    if abs(delta_st) >= DIRECTION_ST:
        return ("rising" if delta_st > 0 else "falling"), explained
    return ("expressive", 1.0 - explained) if range_st > EXPRESSIVE_ST else ("uncertain", None)


def _explained(polynomial: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The share of the variance of y that the polynomial explains, 0 to 1."""
    variance = float(y.var())
    return 0.0 if variance < 1e-12 else max(0.0, 1.0 - float((y - np.polyval(polynomial, x)).var()) / variance)
