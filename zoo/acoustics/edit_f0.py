"""A new pitch for an old one: shifted, its range scaled, or its melody replaced by a named shape.

F0 is [T] in Hz, 0 where unvoiced, before and after. What is voiced stays voiced, and but for a shift the median stays.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.contour import FLAT_ST
from zoo.acoustics.pitch import NEAR_MEDIAN
from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ
from zoo.core.errors import ZooError, did_you_mean

WIDEST_ST = 9.0  # of a reading around its median; more is an octave error of the tracker
FLAT_RANGE_ST, SHAPED_RANGE_ST = 1.0, 6.0  # where none is asked for: well under flat's 3, midway from there to 9

VOICE_HZ = (
    60.0,
    500.0,
)  # of a median: 0.5 of a man's and 2.4 of a woman's reading (H. Traunmueller & A. Eriksson 1995)
EDGES = (5, 95)  # percentiles that a range is measured between

F0 = NDArray[np.float64]

SHAPES: dict[str, Callable[[F0], F0]] = {
    "rising": lambda x: x,
    "falling": lambda x: -x,
    "rising-falling": lambda x: -np.square(2 * x - 1),
    "falling-rising": lambda x: np.square(2 * x - 1),
}  # over the voiced frames, 0 the first and 1 the last; `flat` keeps the speaker's own accents, made small


def shifted(f0_hz: F0, semitones: float) -> F0:
    """F0 higher by semitones."""
    return f0_hz * 2 ** (semitones / 12)


def scaled(f0_hz: F0, factor: float) -> F0:
    """F0 whose distance from its median is `factor` times what it was, in semitones."""
    middle_hz, semitones = _semitones(f0_hz)
    return _rebuilt(f0_hz, middle_hz, semitones * factor)


def reshaped(f0_hz: F0, shape: str, range_st: float | None = None) -> F0:
    """F0 with another melody, `range_st` wide from the 5th to the 95th percentile.

    Raises:
        ZooError: for a shape that is not in `SHAPES` or `flat`, and for a range at which it would not be that shape.
    """
    if shape != "flat" and shape not in SHAPES:
        raise ZooError(f'there is no contour "{shape}" to edit towards{did_you_mean(shape, (*SHAPES, "flat"))}')
    wanted = range_st if range_st is not None else FLAT_RANGE_ST if shape == "flat" else SHAPED_RANGE_ST
    if wanted < 0 or (wanted < FLAT_ST) != (shape == "flat"):
        side = "under" if shape == "flat" else "at least"
        raise ZooError(f"a {shape} contour is {side} {FLAT_ST:g} semitones wide, and {wanted:g} were asked for")
    middle_hz, semitones = _semitones(f0_hz)
    time = np.linspace(0.0, 1.0, len(semitones))
    melody = accents(semitones, time) if shape == "flat" else SHAPES[shape](time)
    low, high = np.percentile(melody, EDGES)
    melody = melody * (wanted / max(high - low, 1e-9))
    return _rebuilt(f0_hz, middle_hz, melody - np.median(melody))


def accents(semitones: F0, time: F0) -> F0:
    """A reading's accents without its melody: what a parabola over `time` leaves, octave errors cut off."""
    level = np.clip(semitones, -WIDEST_ST, WIDEST_ST)
    return np.asarray(level - np.polyval(np.polyfit(time, level, 2), time))


def _semitones(f0_hz: F0) -> tuple[float, F0]:
    """The median in Hz, and the voiced frames in semitones against it."""
    voiced = f0_hz[f0_hz > 0]
    middle_hz = float(np.median(voiced))
    return middle_hz, 12 * np.log2(voiced / middle_hz)


def _rebuilt(f0_hz: F0, middle_hz: float, semitones: F0) -> F0:
    new = np.zeros_like(f0_hz)
    new[f0_hz > 0] = middle_hz * 2 ** (semitones / 12)
    return new


def refuse_no_voice(f0_hz: F0) -> None:
    """Raise a `ZooError` for an F0 that no voice has, or that could not be measured again."""
    voiced = f0_hz[f0_hz > 0]
    middle_hz = float(np.median(voiced))
    if not VOICE_HZ[0] <= middle_hz <= VOICE_HZ[1]:
        off_st = 12 * np.log2(min(max(middle_hz, VOICE_HZ[0]), VOICE_HZ[1]) / middle_hz)
        raise ZooError(
            f"the edit would put this voice's median F0 at {middle_hz:.0f} Hz, outside the {VOICE_HZ[0]:.0f} to "
            f"{VOICE_HZ[1]:.0f} Hz of voices; ask for a pitch {abs(off_st):.1f} semitones "
            f"{'lower' if off_st < 0 else 'higher'}"
        )
    low, high = np.percentile(voiced, EDGES)
    floor, ceiling = max(FLOOR_HZ, NEAR_MEDIAN[0] * middle_hz), min(CEILING_HZ, NEAR_MEDIAN[1] * middle_hz)
    if low < floor or high > ceiling:
        raise ZooError(
            f"the edit would have this voice range from {low:.0f} to {high:.0f} Hz, and around its median only "
            f"{floor:.0f} to {ceiling:.0f} Hz can be heard as its F0; ask for a smaller range or change"
        )


def within(f0_hz: F0) -> F0:
    """F0 of which no frame leaves what the trackers can hear."""
    return np.where(f0_hz > 0, np.clip(f0_hz, FLOOR_HZ, CEILING_HZ), 0.0)
