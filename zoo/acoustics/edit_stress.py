"""Stress moved from one word to another: its pitch, loudness and length, the three cues that a listener weighs.

That focus raises, loudens and lengthens a word, and what follows it falls: W. Cooper, S. Eady, P. Mueller, "Acoustical
aspects of contrastive stress in question-answer contexts", JASA 77, 1985.
"""

from dataclasses import dataclass, replace

import numpy as np

from zoo.acoustics.edit_f0 import within
from zoo.acoustics.edited import WordCues
from zoo.acoustics.tracker import Track
from zoo.acoustics.vocoder import FRAME_MS, Parts, Samples
from zoo.acoustics.wave import Wave
from zoo.core.errors import ZooError

RAMP_S = 0.03  # in and out of a word; a step in pitch or loudness would be a click
SHORTEST_S = 0.06  # both ramps; the shortest words, "a" or "I", last about as long

Interval = tuple[float, float]  # start and end in seconds


@dataclass(frozen=True)
class StressBy:
    """By how much: each is audible alone, and together they outweigh the accents of a reading."""

    semitones: float = 4.0
    gain_db: float = 4.0
    stretch: float = 1.25


BY = StressBy()


def stressed(
    parts: Parts, duration_s: float, on: Interval, off: Interval | None, by: StressBy
) -> tuple[Parts, Samples, Samples]:
    """The voice with the word at `on` raised and the one at `off` lowered.

    Returns:
        The parts on their new time axis, and the knots of that axis: old times and the new times they come to, in s.

    Raises:
        ZooError: for words outside the wave, too short, or over each other, and where nothing in `on` is voiced.
    """
    _refuse(duration_s, on, off)
    weight = _gate(parts.times_s, on) - (0.0 if off is None else _gate(parts.times_s, off))  # [T], 1 on, -1 off
    if not parts.f0_hz[_gate(parts.times_s, on) > 0.5].any():
        raise ZooError(f"nothing is voiced from {on[0]:.2f} to {on[1]:.2f} s, so no stress can be put there")
    f0_hz = within(parts.f0_hz * 2 ** (by.semitones * weight / 12))
    louder = replace(parts, f0_hz=f0_hz, spectrum=parts.spectrum * 10 ** (by.gain_db * weight / 10)[:, None])
    old, new = _knots(duration_s, on, off, by.stretch)
    count = round(new[-1] * 1000 / FRAME_MS) + 1
    back = np.interp(np.arange(count) * FRAME_MS / 1000, new, old)
    return louder.at(back * 1000 / FRAME_MS), old, new


def word_cues(wave: Wave, track: Track, word: Interval) -> WordCues:
    """Measure the word of a wave at that interval."""
    start, end = (round(t * wave.rate_hz) for t in word)
    power = float(np.square(wave.samples[start:end].astype(np.float64)).mean())
    f0_hz = track.f0_hz[(track.times_s >= word[0]) & (track.times_s <= word[1]) & track.voiced]
    return WordCues(
        word[0], word[1], float(f0_hz.max()) if len(f0_hz) else None, float(10 * np.log10(max(power, 1e-20)))
    )


def moved(word: Interval, old_s: Samples, new_s: Samples) -> Interval:
    """Where a word lies on the new time axis."""
    start_s, end_s = np.interp(word, old_s, new_s)
    return float(start_s), float(end_s)


def _gate(times_s: Samples, word: Interval) -> Samples:
    """1 within a word, 0 outside it, half a cosine between."""
    inside = np.minimum(times_s - word[0], word[1] - times_s) / RAMP_S
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(inside + 0.5, 0, 1)))


def _knots(duration_s: float, on: Interval, off: Interval | None, stretch: float) -> tuple[Samples, Samples]:
    """Old times and new ones, straight between them."""
    words = sorted([(on, stretch), *([(off, 1 / stretch)] if off else [])])
    old, new = [0.0], [0.0]
    for (start_s, end_s), factor in words:
        new += [new[-1] + start_s - old[-1], new[-1] + start_s - old[-1] + factor * (end_s - start_s)]
        old += [start_s, end_s]
    return np.array([*old, duration_s]), np.array([*new, new[-1] + duration_s - old[-1]])


def _refuse(duration_s: float, on: Interval, off: Interval | None) -> None:
    for start_s, end_s in (on,) if off is None else (on, off):
        if not 0 <= start_s < end_s <= duration_s + FRAME_MS / 1000:
            raise ZooError(f"{start_s:.2f} to {end_s:.2f} s is no word of a wave of {duration_s:.2f} s")
        if end_s - start_s < SHORTEST_S:
            raise ZooError(
                f"{start_s:.2f} to {end_s:.2f} s is {1000 * (end_s - start_s):.0f} ms long; a word that can carry "
                f"stress has at least {1000 * SHORTEST_S:.0f} ms"
            )
    if off is not None and on[0] < off[1] and off[0] < on[1]:
        raise ZooError("stress is moved between two words, and these overlap; give intervals apart from each other")
