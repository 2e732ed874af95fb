"""From numbers to words: low, normal and high are tertiles of the distribution that an utterance belongs to.

Energy and speed are compared with the whole corpus, pitch with the corpus's speakers of the same gender: a level is
relative, as it is to a listener. Nothing is said of what was not measured.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from zoo.acoustics.cues import LEVELS, Cues
from zoo.acoustics.measure import Measures
from zoo.core.errors import ZooError

SMALLEST_GROUP = 30  # ten utterances a tertile; fewer, and the edges say more of the draw than of the group
EVERYONE = "everyone"

Edges = tuple[float, float]


@dataclass(frozen=True)
class Thresholds:
    """The two edges between the three levels; None where too few utterances could be measured."""

    energy_dbfs: Edges | None = None
    speed_sps: Edges | None = None
    pitch_hz: dict[str, Edges] = field(default_factory=dict)  # by gender, and "everyone"

    def to_dict(self) -> dict[str, Any]:
        """Plain types, for JSON or YAML."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "Thresholds":
        """The inverse of `to_dict`, also after a way through JSON or YAML.

        Raises:
            ZooError: if the row is not what `to_dict` gives.
        """
        try:
            pitch = {gender: _edges(pair) for gender, pair in row["pitch_hz"].items()}
            energy, speed = row["energy_dbfs"], row["speed_sps"]
            return cls(energy and _edges(energy), speed and _edges(speed), pitch)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ZooError(f"these are no thresholds of cue levels ({error!r}); calibrate them again") from None

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> "Thresholds":
        """The inverse of `to_json`; a `ZooError` for other text."""
        try:
            return cls.from_dict(json.loads(text))
        except json.JSONDecodeError as error:
            raise ZooError(f"these are no thresholds of cue levels ({error}); calibrate them again") from None


def calibrate(rows: Iterable[tuple[Measures, str | None]], smallest_group: int = SMALLEST_GROUP) -> Thresholds:
    """Find the tertiles of (measures, gender) rows; a gender with fewer than `smallest_group` has none of its own."""
    energies, speeds, heights = [], [], {EVERYONE: list[float]()}
    for measures, gender in rows:
        energies.append(measures.energy_dbfs)
        speeds.append(measures.articulation_rate_sps)
        if (hz := pitch_hz(measures)) is not None:
            for group in {EVERYONE, gender or EVERYONE}:
                heights.setdefault(group, []).append(hz)
    pitch = {group: edges for group, values in heights.items() if (edges := _tertiles(values, smallest_group))}
    return Thresholds(_tertiles(energies, smallest_group), _tertiles(speeds, smallest_group), pitch)


def label(measures: Measures, thresholds: Thresholds, gender: str | None = None) -> Cues:
    """The cues of an utterance; None for each that was not measured or has no thresholds."""
    pitch_edges = thresholds.pitch_hz.get(gender or EVERYONE) or thresholds.pitch_hz.get(EVERYONE)
    shape = measures.contour_shape
    return Cues(
        pitch=_level("pitch", pitch_hz(measures), pitch_edges),
        energy=_level("energy", measures.energy_dbfs, thresholds.energy_dbfs),
        speed=_level("speed", measures.articulation_rate_sps, thresholds.speed_sps),
        intonation=shape if shape in LEVELS["intonation"] else None,
    )


def pitch_hz(measures: Measures) -> float | None:
    """The median F0, where it can be believed."""
    return measures.f0_median_hz if measures.f0_reliable else None


def _level(cue: str, value: float | None, edges: Edges | None) -> str | None:
    if value is None or edges is None:
        return None
    low, normal, high = LEVELS[cue]
    return low if value < edges[0] else high if value > edges[1] else normal


def _tertiles(values: Iterable[float | None], smallest_group: int) -> Edges | None:
    known = [value for value in values if value is not None]
    if len(known) < smallest_group:
        return None
    lower, upper = (float(edge) for edge in np.percentile(known, [100 / 3, 200 / 3]))
    return (lower, upper) if lower < upper else None  # a corpus levelled to one loudness says nothing by loudness


def _edges(pair: list[float]) -> Edges:
    lower, upper = pair
    return float(lower), float(upper)
