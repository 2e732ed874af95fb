"""One utterance annotated: what its signal says, what its words add, and who speaks, under the released field names.

The fields are those of the official pipeline of arXiv 2601.15668; levels are no part of it, since they need the other
utterances (`levels`). What cannot be said is None, and `doubts` tells why where it is out of the ordinary.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from zoo.acoustics.measure import VERSION as MEASURES
from zoo.acoustics.measure import Measures, measure_parts
from zoo.acoustics.speaker_judge import Speaker, SpeakerJudge
from zoo.acoustics.wave import Wave
from zoo.acoustics.way import Way
from zoo.acoustics.wording import heard, wording
from zoo.core.registry import speakers

VERSION = f"5.{MEASURES}"  # of what the fields mean; raise the first number with every change here that moves one
SIGNIFICANT = 6  # digits that are kept of a number, finer than any of them is measured
CLIPPED_SHARE = 0.001  # of the samples on flat tops; whole recordings of clean speech have fewer than a tenth of it
WAY = Way()


@dataclass(frozen=True)
class Annotation:
    """The measures of one utterance, its words and its speaker."""

    measures: Measures
    n_phonemes: int | None = None
    articulation_rate_pps: float | None = None  # phones per second of speech
    speaking_rate_pps: float | None = None  # phones per second from the first to the last speech frame
    gender: str | None = None  # as known beforehand, else as judged
    gender_confidence: float | None = None  # 0.5 to 1, of what was judged
    female_logit: float | None = None  # log odds of female against male, also where gender is left open
    age_level: str | None = None
    stressed_words: tuple[str, ...] | None = None
    words: tuple[dict[str, Any], ...] | None = None  # word, start_s, end_s, stress and the three z-scores in it
    aligner: str | None = None
    alignment_score: float | None = None  # 0 to 1, how well the words fit the recording
    clipped_share: float = 0.0
    peak_dbfs: float | None = None
    doubts: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain types in one flat row, `measures` among them and `doubts` last; numbers to six significant digits."""
        row = self.measures.to_dict()
        row |= {name: value for name, value in vars(self).items() if name != "measures"}
        return {name: _rounded(value) for name, value in row.items()}


def annotate(
    wave: Wave,
    transcription: str | None = None,
    language: str = "en",
    gender: str | None = None,
    way: Way = WAY,
) -> Annotation:
    """Annotate a wave; `transcription` and `gender` are what is known beforehand, `language` is that of the words.

    Raises:
        ZooError: if there is no such tracker or judge, or weights are missing. A wave or transcription that says
            nothing is no error.
    """
    found, track, levels = measure_parts(wave, way.tracker)
    who = Speaker()
    if gender is None or way.speaker != WAY.speaker:  # that one has nothing to say but the gender
        who = judge(way.speaker, way.speaker_weights).judge(wave, track, levels)
    judged = gender is None and who.gender is not None
    words = wording(wave, transcription, language, track, levels) if transcription else {}
    if way.stress_weights and transcription and words.get("words"):
        words["stressed_words"] = heard(way, wave, transcription, language)
    return Annotation(
        measures=found,
        gender=gender or who.gender,
        gender_confidence=who.confidence if judged else None,
        female_logit=who.female_logit,
        age_level=who.age_level,
        **words,
        clipped_share=wave.clipped_share,
        peak_dbfs=float(20 * np.log10(np.abs(wave.samples).max())) if np.any(wave.samples) else None,
        doubts=tuple(_doubts(found, wave, transcription, words)),
    )


def _doubts(found: Measures, wave: Wave, transcription: str | None, words: dict[str, Any]) -> list[str]:
    """Why one should think twice about this recording."""
    doubts = []
    if wave.clipped_share > CLIPPED_SHARE:
        doubts.append(f"{100 * wave.clipped_share:.1f} % of its samples are clipped: its energy is too low by some dB")
    if found.energy_dbfs is None:
        doubts.append("there is no sound above digital padding: nothing is said of the voice")
    elif not found.f0_reliable:
        share = 100 * (found.voiced_share_of_speech or 0.0)
        doubts.append(f"only {share:.0f} % of it is voiced (noise, a whisper, or too short): no pitch is said")
    if transcription is not None and words.get("words") is None:
        score = words.get("alignment_score")
        best = "" if score is None else f" (best alignment score {score:.2f})"
        doubts.append(f"the transcription cannot be followed in it{best}: no words, stress or phone rate are said")
    return doubts


@cache
def judge(name: str, weights: str | None) -> SpeakerJudge:
    """The judge of speakers, once per process; a `ZooError` where its weights are not at hand."""
    built: SpeakerJudge = speakers.build(name, {"weights": weights} if weights else None)
    return built


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT}g}")
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value
