"""What an annotation came to, counted as its rows go by: a few numbers an utterance, never the rows."""

import heapq
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.data.labelling import Annotated, Refused

MEASURES = {  # what the report draws: the field, its name and unit, the cue and thresholds that it is labelled by
    "f0_median_hz": ("pitch", "median F0, Hz", "pitch_hz"),
    "energy_dbfs": ("energy", "level of the speech, dBFS", "energy_dbfs"),
    "articulation_rate_pps": ("speed", "phones a second of speech", "speed_pps"),
    "articulation_rate_sps": ("speed by syllables", "syllable nuclei a second of speech", "speed_sps"),
    "f0_range_st": ("range", "F0 range, semitones", ""),
    "est_snr_db": ("signal to noise", "estimated, dB", ""),
    "alignment_score": ("alignment", "how well the words fit, 0 to 1", ""),
    "duration_s": ("duration", "seconds", ""),
}
CUES = ("pitch", "energy", "speed", "intonation")
LISTED = 8  # slowest and longest files
UNKNOWN = "unknown"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
Group = tuple[str, str]  # corpus, gender


class Tally:
    """Counts and distributions of one annotation."""

    def __init__(self) -> None:
        self.annotated = self.refused = self.traces = 0
        self.audio_s = self.cost_s = 0.0
        self.reasons: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()
        self.no_trace: Counter[str] = Counter()
        self.levels_of: Counter[str] = Counter()
        self.levels: dict[tuple[str, str, str], Counter[str]] = {}  # (corpus, cue, emotion): level
        self.values: dict[str, dict[Group, array[float]]] = {name: {} for name in MEASURES}
        self.speakers: dict[str, set[str]] = {}
        self.genders: dict[Group, int] = {}
        self._slowest: list[tuple[float, str]] = []
        self._longest: list[tuple[float, str]] = []

    def add(self, one: Annotated | Refused) -> None:
        """Count one line of the manifest."""
        if isinstance(one, Refused):
            self.refused += 1
            self.reasons[kind_of(one.reason, one.audio_path)] += 1
            return
        self.annotated += 1
        corpus, fields = one.row.dataset, one.fields
        group = corpus, fields.get("gender") or UNKNOWN
        self.genders[group] = self.genders.get(group, 0) + 1
        self.speakers.setdefault(corpus, set()).update([one.row.speaker] if one.row.speaker else [])
        self.levels_of[one.levels_of] += 1
        self.doubts.update(kind_of(doubt, None) for doubt in one.doubts)
        for name, groups in self.values.items():
            value = fields.get(name)
            if value is not None and (name != "f0_median_hz" or fields["f0_reliable"]):
                groups.setdefault(group, array("d")).append(value)
        for cue in CUES:
            level = fields["intonation" if cue == "intonation" else f"{cue}_level"]
            key = corpus, cue, one.row.emotion or UNKNOWN
            self.levels.setdefault(key, Counter())[level or UNKNOWN] += 1
        self._costs(one)

    def of(self, measure: str, corpus: str, genders: Iterable[str]) -> NDArray[np.float64]:
        """The values [N] of a measure in a corpus, of voices of these genders."""
        groups = self.values[measure]
        return np.concatenate([np.zeros(0), *(np.array(groups.get((corpus, g), ())) for g in genders)])

    def slowest(self) -> list[tuple[float, str]]:
        """(seconds of work, path), the most first."""
        return sorted(self._slowest, reverse=True)

    def longest(self) -> list[tuple[float, str]]:
        """(seconds of audio, path), the most first."""
        return sorted(self._longest, reverse=True)

    def to_dict(self) -> dict[str, Any]:
        """The counts, for JSON."""
        return {
            "annotated": self.annotated,
            "failed": self.refused,
            "doubtful": sum(self.doubts.values()),
            "reasons": dict(self.reasons.most_common()),
            "doubts": dict(self.doubts.most_common()),
            "traces": self.traces,
            "no_trace": dict(self.no_trace.most_common()),
            "audio_s": round(self.audio_s, 3),
            "cost_s": round(self.cost_s, 3),
        }

    def _costs(self, one: Annotated) -> None:
        seconds, cost = one.fields["duration_s"], one.measured.get("cost_s") or 0.0
        self.audio_s += seconds
        self.cost_s += cost
        for kept, value in ((self._slowest, cost), (self._longest, seconds)):
            heapq.heappush(kept, (value, str(one.fields["audio_path"])))
            if len(kept) > LISTED:
                heapq.heappop(kept)


def kind_of(reason: str, audio_path: str | None) -> str:
    """A reason without what is this file's own, so that like failures can be counted together."""
    name = Path(audio_path).name if audio_path else ""
    words = ["FILE" if name and word.rstrip(",.;:").endswith(name) and "/" in word else word for word in reason.split()]
    return NUMBER.sub("N", " ".join(words))
