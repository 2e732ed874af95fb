"""What the words of an utterance add to its annotation: words in time, their stress, and phones a second."""

from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np

from zoo.acoustics.alignment import align, aligner, words_of
from zoo.acoustics.energy import HOP_S, Energy
from zoo.acoustics.phones import count_phones
from zoo.acoustics.stress import stress, stressed_words
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave
from zoo.acoustics.way import Way
from zoo.acoustics.whistress import BACKBONE, LONGEST_S, WhiStress

PLAUSIBLE_PPS = (2.0, 30.0)  # phones a second of speech; outside it words and recording do not belong together
ALIGNERS = ("pocketsphinx", "espeak-dtw")


def wording(wave: Wave, transcription: str, language: str, track: Track, levels: Energy) -> dict[str, Any]:
    """The fields that need the words. Where no aligner trusts these words, there are neither times, stress nor pace."""
    n_phonemes = count_phones(transcription, language)
    found = align(wave, transcription, language, levels)
    if found is None:
        tried = (aligner(name).align(wave, transcription, language) for name in ALIGNERS)
        score = max((one.score for one in tried if one is not None), default=None)
        return {"n_phonemes": n_phonemes, "alignment_score": score}
    rows = stress(found, track, levels)
    rates = _rates(n_phonemes, levels)
    return {
        "n_phonemes": n_phonemes,
        "articulation_rate_pps": rates[0],
        "speaking_rate_pps": rates[1],
        "words": tuple(asdict(row) for row in rows),
        "stressed_words": stressed_words(rows),
        "aligner": found.aligner,
        "alignment_score": found.score,
    }


def _rates(n_phonemes: int | None, levels: Energy) -> tuple[float | None, float | None]:
    """Phones per second of speech, and of the time from the first to the last speech frame."""
    spoken = np.flatnonzero(levels.speech)
    if not n_phonemes or not len(spoken):
        return None, None
    pace = n_phonemes / levels.speech_s
    if not PLAUSIBLE_PPS[0] <= pace <= PLAUSIBLE_PPS[1]:
        return None, None
    return pace, n_phonemes / (float(spoken[-1] - spoken[0] + 1) * HOP_S)


def heard(way: Way, wave: Wave, transcription: str, language: str) -> tuple[str, ...] | None:
    """The words that WhiStress hears stressed; None where it cannot: another language than English, or over 30 s."""
    if not language.startswith("en") or wave.duration_s > LONGEST_S:
        return None
    found = whistress(str(way.stress_weights), way.stress_backbone or BACKBONE).stress(wave, transcription)
    return tuple(word for one in found if one.stressed for word in words_of(one.word))


@cache
def whistress(weights: str, backbone: str) -> WhiStress:
    """The stress detector, once per process; a `ZooError` where its weights are not at hand."""
    return WhiStress(weights, backbone)
