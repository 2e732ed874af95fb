"""From numbers to words: low, normal and high are tertiles of the distribution that an utterance belongs to.

Energy and speed are compared with the whole corpus, pitch with the corpus's speakers of the same gender: a level is
relative, as it is to a listener. Nothing is said of what was not measured.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from zoo.acoustics.cues import LEVELS, Cues
from zoo.acoustics.measure import Measures
from zoo.core.errors import ZooError

EVERYONE = "everyone"

Edges = tuple[float, float]


@dataclass(frozen=True)
class Thresholds:
    """The two edges between the three levels; None where too few utterances could be measured.

    Speed has a pair for phones a second, where the words are known, and one for syllable nuclei a second, where not.
    """

    energy_dbfs: Edges | None = None
    speed_sps: Edges | None = None
    pitch_hz: dict[str, Edges] = field(default_factory=dict)  # by gender, and "everyone"
    speed_pps: Edges | None = None
    n: dict[str, int] = field(default_factory=dict, compare=False)  # utterances behind each; pitch as "pitch_hz.female"

    def to_dict(self) -> dict[str, Any]:
        """Plain types, for JSON or YAML."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "Thresholds":
        """The inverse of `to_dict`, also after a way through JSON or YAML, and of one that knew no phones yet.

        Raises:
            ZooError: if the row is not what `to_dict` gives.
        """
        try:
            pitch = {gender: _edges(pair) for gender, pair in row["pitch_hz"].items()}
            energy, sps, pps = row["energy_dbfs"], row["speed_sps"], row.get("speed_pps")
            counts = {str(name): int(n) for name, n in row.get("n", {}).items()}
            return cls(energy and _edges(energy), sps and _edges(sps), pitch, pps and _edges(pps), counts)
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


def label(measures: Measures, thresholds: Thresholds, gender: str | None = None, rate_pps: float | None = None) -> Cues:
    """The cues of an utterance; None for each that was not measured or has no thresholds.

    `rate_pps` is its articulation rate in phones a second; speed goes by it where both it and its edges are known.
    """
    pitch_edges = thresholds.pitch_hz.get(gender or EVERYONE) or thresholds.pitch_hz.get(EVERYONE)
    shape = measures.contour_shape
    speed = _level("speed", rate_pps, thresholds.speed_pps)
    return Cues(
        pitch=_level("pitch", pitch_hz(measures), pitch_edges),
        energy=_level("energy", measures.energy_dbfs, thresholds.energy_dbfs),
        speed=speed or _level("speed", measures.articulation_rate_sps, thresholds.speed_sps),
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


def _edges(pair: list[float]) -> Edges:
    lower, upper = pair
    return float(lower), float(upper)
