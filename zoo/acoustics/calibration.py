"""Calibration: the tertiles of a distribution, gathered a few numbers an utterance, so that no row has to be kept."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.levels import EVERYONE, Edges, Thresholds, pitch_hz
from zoo.acoustics.measure import Measures

SMALLEST_GROUP = 30  # ten utterances a tertile; fewer, and the edges say more of the draw than of the group
LEVELLED_DB, LEVELLED_SHARE = 0.5, 0.9  # as many peaks as near each other: set by machine, no loudness survives it
SMALLEST_SPEAKER = 12  # other clips of one speaker: four a tertile, as one voice varies less than a corpus of voices
PEAK = "peak_dbfs"


class Spread:
    """The values of one group of utterances, a corpus or a speaker: about 40 bytes an utterance."""

    def __init__(self) -> None:
        self._values: dict[str, array[float]] = {}

    def add(
        self,
        measures: Measures,
        gender: str | None = None,
        rate_pps: float | None = None,
        peak_dbfs: float | None = None,
    ) -> None:
        """Take in one utterance; what was not measured counts for nothing."""
        for name, value in _values(measures, gender, rate_pps, peak_dbfs).items():
            self._values.setdefault(name, array("d")).append(value)

    def values(self, name: str) -> NDArray[np.float64]:
        """The values [N] of `energy_dbfs`, `speed_sps`, `speed_pps` or `pitch_hz.<gender or everyone>`."""
        return np.array(self._values.get(name, ()), dtype=np.float64)

    @property
    def is_levelled(self) -> bool:
        """Whether the recordings were normalised to one peak each, so that how loud they are says nothing."""
        return _levelled(self.values(PEAK))

    def thresholds(self, smallest_group: int = SMALLEST_GROUP) -> Thresholds:
        """The tertiles; None, or no entry, for what fewer than `smallest_group` utterances carry."""
        return _thresholds({name: np.array(values) for name, values in self._values.items()}, smallest_group)

    def without(
        self, measures: Measures, rate_pps: float | None = None, smallest_group: int = SMALLEST_SPEAKER
    ) -> Thresholds:
        """The tertiles of all utterances but this one, which has been added before (without gender)."""
        own = _values(measures, None, rate_pps)
        rest = {}
        for name, values in self._values.items():
            kept = np.array(values)
            if name in own:
                kept = np.delete(kept, int(np.flatnonzero(kept == own[name])[0]))
            rest[name] = kept
        return _thresholds(rest, smallest_group)


def calibrate(rows: Iterable[tuple[Measures, str | None]], smallest_group: int = SMALLEST_GROUP) -> Thresholds:
    """Find the tertiles of (measures, gender) rows; a gender with fewer than `smallest_group` has none of its own."""
    spread = Spread()
    for measures, gender in rows:
        spread.add(measures, gender)
    return spread.thresholds(smallest_group)


def first_of(own: Thresholds, other: Thresholds) -> Thresholds:
    """The thresholds of `own`, and those of `other` where it has none."""
    return replace(
        own,
        energy_dbfs=own.energy_dbfs or other.energy_dbfs,
        speed_sps=own.speed_sps or other.speed_sps,
        speed_pps=own.speed_pps or other.speed_pps,
        pitch_hz=own.pitch_hz or other.pitch_hz,
    )


def _values(
    measures: Measures, gender: str | None, rate_pps: float | None, peak_dbfs: float | None = None
) -> dict[str, float]:
    height = pitch_hz(measures)
    named = {
        "energy_dbfs": measures.energy_dbfs,
        "speed_sps": measures.articulation_rate_sps,
        "speed_pps": rate_pps,
        f"pitch_hz.{EVERYONE}": height,
        f"pitch_hz.{gender or EVERYONE}": height,
        PEAK: peak_dbfs,
    }
    return {name: value for name, value in named.items() if value is not None}


def _thresholds(values: "Mapping[str, np.ndarray[tuple[int], np.dtype[np.float64]]]", smallest: int) -> Thresholds:
    edges = {name: found for name, rows in values.items() if (found := _tertiles(rows, smallest))}
    heights = {name.partition(".")[2]: pair for name, pair in edges.items() if name.startswith("pitch_hz.")}
    counts = {name: len(rows) for name, rows in sorted(values.items()) if name != PEAK}
    loudness = None if _levelled(values.get(PEAK, np.zeros(0))) else edges.get("energy_dbfs")
    return Thresholds(loudness, edges.get("speed_sps"), heights, speed_pps=edges.get("speed_pps"), n=counts)


def _levelled(peaks_dbfs: NDArray[np.float64]) -> bool:
    near = np.abs(peaks_dbfs - np.median(peaks_dbfs)) <= LEVELLED_DB if len(peaks_dbfs) else np.zeros(0)
    return len(near) >= SMALLEST_SPEAKER and bool(near.mean() >= LEVELLED_SHARE)


def _tertiles(values: NDArray[np.float64], smallest: int) -> Edges | None:
    if len(values) < smallest:
        return None
    lower, upper = (float(edge) for edge in np.percentile(values, [100 / 3, 200 / 3]))
    return (lower, upper) if lower < upper else None  # a corpus levelled to one loudness says nothing by loudness
