"""Which words a speaker stresses: higher, louder and longer than the other words of the utterance.

Each word has three cues: its F0 maximum in semitones, its energy maximum in dB and the logarithm of its duration. Each
is a z-score over the words of that utterance, and the stress of a word is their sum, unweighted. F0 is smoothed by a
median over five frames, so that no single frame is a maximum, and is read 20 ms inside the word, where the
neighbours' consonants and the alignment's error (median 16 ms) no longer reach. Tried on EmoDB and left out, since none
raised the share of right top words beyond its standard error of two points: a correction for declination, duration
against the number of phones or against eSpeak's, F0 from loud frames alone, a floor under the spread of a cue.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.alignment import Alignment, Word
from zoo.acoustics.energy import Energy
from zoo.acoustics.tracker import Track

SMOOTH_FRAMES = 5
EDGE_S = 0.020
SHORTEST_S = 0.030  # of a word: below it a logarithm would weigh the aligner's error
STANDS_OUT = 2.0  # of the sum; on EmoDB such a word is rated 1.5 of 3 or more in 4 of 5 cases


@dataclass(frozen=True)
class WordStress:
    """One word in time, its stress, and the z-scores it is the sum of.

    A cue is None where the word does not carry it (no voiced frame) or the utterance gives nothing to compare with; it
    adds nothing to the sum, and a word without any cue has no stress.
    """

    word: str
    start_s: float
    end_s: float
    stress: float | None
    stress_f0_z: float | None
    stress_energy_z: float | None
    stress_duration_z: float | None


def stress(alignment: Alignment, track: Track, levels: Energy) -> tuple[WordStress, ...]:
    """The stress of every word of an alignment, from the F0 track and the energy of the same wave."""
    tone_st = _smooth_st(track, levels)
    cues = (
        [_highest(tone_st, track.times_s, word, EDGE_S) for word in alignment.words],
        [_highest(levels.frames_dbfs, levels.times_s, word, 0.0) for word in alignment.words],
        [float(np.log(max(word.end_s - word.start_s, SHORTEST_S))) for word in alignment.words],
    )
    columns = zip(alignment.words, *(_z(cue) for cue in cues), strict=True)
    return tuple(WordStress(w.word, w.start_s, w.end_s, _sum((f, e, d)), f, e, d) for w, f, e, d in columns)


def stressed_words(rows: Sequence[WordStress]) -> tuple[str, ...]:
    """The words that stand out, in order; often one, sometimes none or several."""
    return tuple(row.word for row in rows if row.stress is not None and row.stress >= STANDS_OUT)


def _smooth_st(track: Track, levels: Energy) -> NDArray[np.float64]:
    """F0 [T] in semitones, smoothed, NaN where unvoiced or no speech."""
    if not len(track.times_s):
        return np.zeros(0)
    nearest = np.clip(np.searchsorted(levels.times_s, track.times_s), 0, len(levels.speech) - 1)
    tone_st = np.where(levels.speech[nearest], 12 * np.log2(track.f0_hz), np.nan)
    half = SMOOTH_FRAMES // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(tone_st, half, constant_values=np.nan), SMOOTH_FRAMES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of windows without a voiced frame
        return np.where(np.isfinite(tone_st), np.nanmedian(windows, axis=1), np.nan)


def _highest(values: NDArray[np.float64], times_s: NDArray[np.float64], word: Word, edge_s: float) -> float:
    """The highest value within a word, NaN if there is none."""
    inside = values[(times_s >= word.start_s + edge_s) & (times_s < word.end_s - edge_s)]
    return float(np.nanmax(inside)) if np.isfinite(inside).any() else float("nan")


def _z(values: Sequence[float]) -> list[float | None]:
    """Z-scores over the finite values; None for the others, and for all where nothing differs."""
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < 2 or known.std() < 1e-9:
        return [None] * len(values)
    return [float((v - known.mean()) / known.std()) if np.isfinite(v) else None for v in values]


def _sum(cues: tuple[float | None, ...]) -> float | None:
    known = [cue for cue in cues if cue is not None]
    return sum(known) if known else None
