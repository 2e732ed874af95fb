"""Words in time for a hundred languages: eSpeak NG reads the transcript, and its reading is warped onto the wave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.alignment import Aligner, Alignment, Word, words_of
from zoo.acoustics.cepstra import HOP_S, cepstra, n_frames
from zoo.acoustics.energy import Energy, energy
from zoo.acoustics.espeak import FASTEST_WPM, SLOWEST_WPM, VoiceError
from zoo.acoustics.reading import USUAL_WPM, Reading, read, voice_of
from zoo.acoustics.tracker import at_full_scale
from zoo.acoustics.warp import distances, warp
from zoo.acoustics.wave import Wave
from zoo.core.registry import aligners

READING_SHARE = 0.8  # the reading lasts this share of the speech: people stretch sounds more than they swallow them
PAUSE_COST, PAUSE_DB, PAUSE_COST_PER_DB = 1.5, -30.0, 0.04  # of a frame that is no word, dearer when it is loud
FEWEST_FRAMES = 3  # of a word in the reading, so that no step can jump over it
# Fitted to right and swapped transcripts of EmoDB, FDA and RAVDESS, each as often; the score is the probability if
# both were as likely. Of right ones 95, 100 and 93 % are trusted, of swapped ones 23, 13 and 31 %.
WEIGHT_OF_RATIO, WEIGHT_OF_DISTANCE, OFFSET = 19.3, 16.4, 7.5
TRUSTED = 0.2
LONGEST_S = 60.0  # time and memory grow with the square: 58 s took 2 s and 220 MB


@dataclass(frozen=True)
class Template:
    """A reading laid out for the warp: `cepstra` [M, D], where `pause` [M], the first and last column of each word."""

    cepstra: NDArray[np.float32]
    pause: NDArray[np.bool_]
    spans: tuple[tuple[int, int], ...]


@aligners.offer("espeak-dtw", licence="eSpeak NG: GPL-3.0, loaded at run time")
class EspeakDtwAligner(Aligner):
    """eSpeak NG's reading of the transcript, warped onto the wave; any language that eSpeak speaks."""

    def align(self, wave: Wave, transcription: str, language: str) -> Alignment | None:
        """Align a 16 kHz wave of at most 60 s of speech."""
        words = words_of(transcription)
        levels = energy(wave)
        spoken = np.flatnonzero(levels.speech)
        if not words or not len(spoken):
            return None
        span_s = float(spoken[-1] - spoken[0] + 1) * HOP_S
        if span_s > LONGEST_S:
            return None
        try:
            template = _template(transcription, voice_of(language), READING_SHARE * span_s)
        except VoiceError:
            return None
        return None if template is None else _aligned(wave, levels, template, words)


def _template(transcription: str, voice: str, span_s: float) -> Template | None:
    """The reading that lasts about `span_s`, its words between optional pauses; None where eSpeak says nothing."""
    usual = read(transcription, voice)
    if not usual.phones:
        return None
    wpm = USUAL_WPM * (usual.phones[-1].end_s - usual.phones[0].start_s) / span_s
    reading = read(transcription, voice, min(max(wpm, SLOWEST_WPM), FASTEST_WPM))
    samples = reading.samples.astype(np.float32) / np.float32(32768)
    first, last = (round(s / HOP_S) for s in (reading.phones[0].start_s, reading.phones[-1].end_s))
    spoken = slice(first, last + 1)
    frames = cepstra(samples, reading.rate_hz, spoken)
    starts = [max(first, round(s / HOP_S)) for s in word_onsets_s(transcription, reading)]
    columns, spans = [-1], []
    for start, end in zip(starts, [*starts[1:], last], strict=True):
        spans.append((len(columns), len(columns) + max(end - start, FEWEST_FRAMES) - 1))
        columns += [*range(start, start + max(end - start, FEWEST_FRAMES)), -1]
    chosen = np.clip(columns, 0, len(frames) - 1)
    return Template(frames[chosen], np.array(columns) < 0, tuple(spans))


def word_onsets_s(transcription: str, reading: Reading) -> list[float]:
    """When each word of `words_of` begins. What eSpeak runs together ("of the") is parted by the letters."""
    words = words_of(transcription)
    letters = np.cumsum([0, *map(len, words)]).astype(float)
    known = [(letters[i], at) for i, at in enumerate(reading.onsets_s) if at is not None]
    places, times = zip(*known, (letters[-1], reading.phones[-1].end_s), strict=True)
    return list(np.interp(letters[:-1], places, times))


def _aligned(wave: Wave, levels: Energy, template: Template, words: tuple[str, ...]) -> Alignment | None:
    n = n_frames(wave.samples, wave.rate_hz)
    speech = np.pad(levels.speech, (0, max(0, n - len(levels.speech))))[:n]
    frames_dbfs = np.pad(levels.frames_dbfs, (0, max(0, n - len(levels.frames_dbfs))), "edge")[:n]
    cost = distances(cepstra(at_full_scale(wave), wave.rate_hz, speech), template.cepstra)
    over_db = np.maximum(0.0, frames_dbfs - np.percentile(frames_dbfs[speech], 95) - PAUSE_DB)
    cost[:, template.pause] = (PAUSE_COST + PAUSE_COST_PER_DB * over_db)[:, None]
    walked = warp(cost, template.pause)
    if walked is None:
        return None
    path, _ = walked
    edges = [(np.searchsorted(path, a), np.searchsorted(path, b, "right")) for a, b in template.spans]
    at = [(max(0.0, (start - 0.5) * HOP_S), min((end - 0.5) * HOP_S, wave.duration_s)) for start, end in edges]
    spoken = tuple(Word(word, float(start), float(end)) for word, (start, end) in zip(words, at, strict=True))
    score = _score(cost, path, template.pause, speech)
    return Alignment(spoken, "espeak-dtw", score, score >= TRUSTED)


def _score(
    cost: NDArray[np.float32], path: NDArray[np.int64], pause: NDArray[np.bool_], speech: NDArray[np.bool_]
) -> float:
    """How probably the transcript is what was said: a logistic function of the distance, alone and against a decoy.

    The decoy is the reading backwards: the same phones for the same time in an order that nobody says.
    """
    decoy = cost[:, ::-1]
    walked = warp(decoy, pause[::-1])
    in_words = speech & ~pause[path]
    if walked is None or not in_words.any():
        return 0.0
    frames = np.arange(len(path))
    own = float(cost[frames, path][speech].mean())
    words_only = float(cost[frames, path][in_words].mean())
    backwards = float(decoy[frames, walked[0]][speech].mean())
    return float(1 / (1 + np.exp(-(WEIGHT_OF_RATIO * backwards / own - WEIGHT_OF_DISTANCE * words_only - OFFSET))))
