"""What an edit did, found by measuring again: the change in the cue that was asked for, and in all the others."""

from dataclasses import dataclass, field
from math import log2

from zoo.acoustics.measure import Measures
from zoo.acoustics.wave import Wave

OWN = {
    "pitch": {"pitch_st"},
    "range": {"range_st"},
    "contour": {"range_st"},
    "tempo": {"tempo_ratio"},
    "level": {"level_db"},
    "stress": {"pitch_st", "range_st", "tempo_ratio"},
}  # what an edit is asked to change
STRAY = {"pitch_st": 1.0, "range_st": 1.5, "level_db": 1.0, "tempo_ratio": 0.1}
# Less is not heard as a difference between two sentences: 1.5 to 2 semitones between movements (J. 't Hart, JASA 69,
# 1981), 1 dB, 5 to 10 % of tempo (H. Quene, J. Phonetics 35, 2007).


@dataclass(frozen=True)
class Asked:
    """One edit: the cue and how much. Units by cue: pitch and contour st, level dB, range and tempo a ratio."""

    cue: str  # pitch, range, contour, tempo, level, stress, or control for a voice taken apart and put together again
    amount: float | None = None
    shape: str | None = None


@dataclass(frozen=True)
class Changes:
    """From one set of measures to another, every cue; None where either side could not be measured."""

    pitch_st: float | None  # of the median F0
    range_ratio: float | None  # of the F0 range
    range_st: float | None  # the same as a difference
    level_db: float | None  # of the speech's mean power
    tempo_ratio: float | None  # how many times shorter the speech is: over 1 is faster
    rate_ratio: float | None  # of syllables a second: the same said by a count, which may be off by a syllable
    voicing: float | None  # difference in the voiced share of the speech


def changes(before: Measures, after: Measures) -> Changes:
    """What changed between two measurements of one utterance."""
    pitch = _ratio(before.f0_median_hz, after.f0_median_hz)
    return Changes(
        pitch_st=None if pitch is None else 12 * log2(pitch),
        range_ratio=_ratio(before.f0_range_st, after.f0_range_st),
        range_st=_difference(before.f0_range_st, after.f0_range_st),
        level_db=_difference(before.energy_dbfs, after.energy_dbfs),
        tempo_ratio=_ratio(after.speech_s, before.speech_s),
        rate_ratio=_ratio(before.articulation_rate_sps, after.articulation_rate_sps),
        voicing=_difference(before.voiced_share_of_speech, after.voiced_share_of_speech),
    )


@dataclass(frozen=True)
class WordCues:
    """What makes a word stand out: its highest F0 (None if unvoiced), its mean level and its length."""

    start_s: float
    end_s: float
    f0_max_hz: float | None
    energy_dbfs: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Edited:
    """An edited wave, what was asked for, and the measures before and after; for stress, each word's too."""

    wave: Wave
    asked: Asked
    before: Measures
    after: Measures
    words: tuple[tuple[WordCues, WordCues], ...] = field(default=())  # before and after, the stressed word first

    @property
    def changes(self) -> Changes:
        """What the edit changed, the cue asked for and every other."""
        return changes(self.before, self.after)

    @property
    def strayed(self) -> tuple[str, ...]:
        """The cues that moved audibly though nobody asked; where there are any, the edit is no edit of one cue."""
        change = self.changes
        own = OWN.get(self.asked.cue, set())
        return tuple(name for name in STRAY if name not in own and _far(name, change))


def _far(name: str, change: Changes) -> bool:
    value: float | None = getattr(change, name)
    if value is None:
        return False  # a whisper has no pitch before and after, and that is no change
    return abs(value - 1.0 if name.endswith("ratio") else value) > STRAY[name]


def _ratio(before: float | None, after: float | None) -> float | None:
    return after / before if before and after else None


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
