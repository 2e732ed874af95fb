"""A recording as it was measured: everything that a page draws, and the facts that claims are held against."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from zoo.acoustics.annotation import judge
from zoo.acoustics.cues import Cues
from zoo.acoustics.energy import Energy
from zoo.acoustics.levels import EVERYONE, Edges, Thresholds, label
from zoo.acoustics.measure import Measures, measure_parts
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave
from zoo.acoustics.way import Way
from zoo.acoustics.wording import wording
from zoo.text.facts import Facts


@dataclass(frozen=True)
class Recording:
    """A wave, its measures, its words in time where they are known, and the thresholds that it was judged by."""

    wave: Wave
    measures: Measures
    track: Track
    levels: Energy
    words: tuple[Mapping[str, Any], ...]
    followed: bool  # whether the given words were found in the wave; True where none were given
    cues: Cues
    gender: str | None  # as judged from the voice
    edges: Mapping[str, Edges | None]  # of pitch in Hz, among voices of that gender, and energy in dBFS

    @property
    def facts(self) -> Facts:
        """What a claim can be held against."""
        return Facts(self.cues, self.gender)


def hear(wave: Wave, transcription: str, thresholds: Thresholds) -> Recording:
    """Measure a wave; with the words that are said in it, if any are given, their times and their stress."""
    way = Way()
    measures, track, levels = measure_parts(wave, way.tracker)
    gender = judge(way.speaker, way.speaker_weights).judge(wave, track, levels).gender
    said = wording(wave, transcription, "en", track, levels) if transcription.strip() else {}
    cues = label(measures, thresholds, gender, said.get("articulation_rate_pps"))
    cues = replace(cues, stressed_words=said.get("stressed_words"))
    pitch = thresholds.pitch_hz.get(gender or EVERYONE) or thresholds.pitch_hz.get(EVERYONE)
    return Recording(
        wave,
        measures,
        track,
        levels,
        said.get("words", ()),
        not transcription.strip() or "words" in said,
        cues,
        gender,
        {"pitch": pitch, "energy": thresholds.energy_dbfs},
    )
