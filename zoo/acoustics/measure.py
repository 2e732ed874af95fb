"""One wave, measured in physical units: the numbers that every cue, claim check and figure of the zoo comes from."""

from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

from zoo.acoustics.contour import UNCERTAIN, contour
from zoo.acoustics.energy import Energy, energy
from zoo.acoustics.pitch import RELIABLE_SHARE, pitch
from zoo.acoustics.quality import Quality, quality
from zoo.acoustics.rate import rate
from zoo.acoustics.tracker import Track, Tracker
from zoo.acoustics.wave import Wave
from zoo.core.registry import trackers

AROUND_S = 0.05  # F0 is tracked this far around speech: a syllable's voice may start in the frame before
VERSION = 2  # of what the numbers mean; raise it with every change that moves one, and caches are made anew


@dataclass(frozen=True)
class Measures:
    """What was measured, under the field names of the official annotations. None: the signal does not say.

    Units end the names: Hz, semitones (st), dB against full scale (dbfs; a full-scale sine is -3.01), seconds (s),
    syllable nuclei a second (sps; the official pipeline counts phones, `_pps`, which needs a transcript).
    """

    duration_s: float
    speech_s: float
    f0_median_hz: float | None
    f0_p5_hz: float | None
    f0_p95_hz: float | None
    f0_range_st: float | None
    f0_std_st: float | None
    f0_reliable: bool
    voiced_share_of_speech: float | None
    energy_dbfs: float | None
    noise_floor_dbfs: float | None
    est_snr_db: float | None
    n_syllables: int
    articulation_rate_sps: float | None
    speaking_rate_sps: float | None
    contour_shape: str | None  # a level of `LEVELS["intonation"]`, `uncertain` or `too_short`
    contour_confidence: float | None
    contour_delta_st: float | None
    contour_turn_depth_st: float | None
    contour_turn_position: float | None
    contour_dynamics: str | None  # flat (under 3 st), normal or expressive (over 9 st), whatever the shape
    jitter: float | None  # share of a period, 0.01 being one per cent; see `quality.py`
    shimmer: float | None  # share of an amplitude
    hnr_db: float | None  # harmonics to noise

    def to_dict(self) -> dict[str, Any]:
        """Plain types, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "Measures":
        """The inverse of `to_dict`; other keys are left aside, a missing one raises `KeyError`."""
        return cls(**{f.name: row[f.name] for f in fields(cls)})


def measure(wave: Wave, tracker: str = "swift-f0") -> Measures:
    """Measure a wave with the F0 tracker of that name.

    Raises:
        ZooError: if there is no such tracker. A wave without signal is no error: what it does not carry is None.
    """
    return measure_parts(wave, tracker)[0]


def measure_parts(wave: Wave, tracker: str = "swift-f0") -> tuple[Measures, Track, Energy]:
    """As `measure`, with the F0 track and the levels that the numbers come from. The track is NaN away from speech."""
    levels = energy(wave)
    track = _tracker(tracker).track_within(wave, levels.spans_s(AROUND_S))
    tone = pitch(track, levels)
    pace = rate(wave, levels, track)
    shape = UNCERTAIN
    if tone.f0_range_st is not None and (tone.voiced_share_of_speech or 0.0) >= RELIABLE_SHARE:
        shape = contour(tone.semitones, track.hop_s, tone.f0_range_st)
    voice = quality(wave, track) if tone.f0_reliable else Quality()
    measures = Measures(
        duration_s=wave.duration_s,
        speech_s=levels.speech_s,
        f0_median_hz=tone.f0_median_hz,
        f0_p5_hz=tone.f0_p5_hz,
        f0_p95_hz=tone.f0_p95_hz,
        f0_range_st=tone.f0_range_st,
        f0_std_st=tone.f0_std_st,
        f0_reliable=tone.f0_reliable,
        voiced_share_of_speech=tone.voiced_share_of_speech,
        energy_dbfs=levels.energy_dbfs,
        noise_floor_dbfs=levels.noise_floor_dbfs,
        est_snr_db=levels.est_snr_db,
        n_syllables=pace.n_syllables,
        articulation_rate_sps=pace.articulation_rate_sps,
        speaking_rate_sps=pace.speaking_rate_sps,
        contour_shape=shape.shape if levels.speech.any() else None,
        contour_confidence=shape.confidence,
        contour_delta_st=shape.delta_st,
        contour_turn_depth_st=shape.turn_depth_st,
        contour_turn_position=shape.turn_position,
        contour_dynamics=shape.dynamics,
        jitter=voice.jitter,
        shimmer=voice.shimmer,
        hnr_db=voice.hnr_db,
    )
    return measures, track, levels


@cache
def _tracker(name: str) -> Tracker:
    """The tracker, once per process."""
    built: Tracker = trackers.build(name)
    return built
