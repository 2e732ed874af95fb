import os
from pathlib import Path

import numpy as np
import pytest

from zoo.acoustics.alignment import Alignment, Word, align
from zoo.acoustics.energy import energy
from zoo.acoustics.stress import WordStress, stress, stressed_words
from zoo.acoustics.swift import SwiftTracker
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.legend import SAMPLE_RATE_HZ

SPEECH = Path(os.environ.get("ZOO_SPEECH") or Path(__file__).resolve().parents[3] / "shared" / "data")
HOP_S = 0.016


def said(heights_hz, amplitudes, lengths_s):
    """Tones after one another as words: their wave's energy, their F0 track and their alignment."""
    ends = np.cumsum(lengths_s)
    starts = ends - lengths_s
    t = np.arange(round(ends[-1] * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    word = np.searchsorted(ends, t, "right").clip(0, len(ends) - 1)
    wave = Wave((np.array(amplitudes)[word] * np.sin(2 * np.pi * 200 * t)).astype(np.float32))
    times_s = np.arange(int(ends[-1] / HOP_S)) * HOP_S
    at = np.searchsorted(ends, times_s, "right").clip(0, len(ends) - 1)
    track = Track(times_s, np.array(heights_hz, dtype=float)[at], HOP_S)
    words = tuple(Word(f"w{i}", float(a), float(b)) for i, (a, b) in enumerate(zip(starts, ends, strict=True)))
    return Alignment(words, "test", 1.0, True), track, energy(wave)


def test_the_cues_are_z_scores_and_the_stress_is_their_sum():
    rows = stress(*said([100, 200, 100, 100], [0.1, 0.2, 0.1, 0.05], [0.2, 0.4, 0.2, 0.2]))
    assert rows[1].stress_f0_z == pytest.approx(np.sqrt(3), abs=1e-6)  # one of four, alone above the others
    assert rows[1].stress_duration_z == pytest.approx(np.sqrt(3), abs=1e-6)
    for cue in ("stress_f0_z", "stress_energy_z", "stress_duration_z"):
        values = [getattr(row, cue) for row in rows]
        assert np.mean(values) == pytest.approx(0, abs=1e-9)
        assert np.std(values) == pytest.approx(1)
    assert rows[1].stress == pytest.approx(rows[1].stress_f0_z + rows[1].stress_energy_z + rows[1].stress_duration_z)
    assert stressed_words(rows) == ("w1",)


def test_a_semitone_is_a_semitone_at_every_height():
    low = stress(*said([100, 150, 120], [0.1] * 3, [0.3] * 3))
    high = stress(*said([200, 300, 240], [0.1] * 3, [0.3] * 3))
    assert [row.stress_f0_z for row in low] == pytest.approx([row.stress_f0_z for row in high])


def test_a_word_without_voice_has_no_tone_and_its_other_cues():
    rows = stress(*said([100, np.nan, 150], [0.1, 0.2, 0.1], [0.2, 0.3, 0.2]))
    assert rows[1].stress_f0_z is None
    assert rows[1].stress == pytest.approx(rows[1].stress_energy_z + rows[1].stress_duration_z)


def test_one_wrong_frame_is_no_maximum():
    alignment, track, levels = said([100, 150, 100], [0.1] * 3, [0.3] * 3)
    f0_hz = track.f0_hz.copy()
    f0_hz[5] = 600.0  # an octave and more too high within the first word
    spoilt = stress(alignment, Track(track.times_s, f0_hz, HOP_S), levels)
    assert [row.stress_f0_z for row in spoilt] == pytest.approx(
        [row.stress_f0_z for row in stress(alignment, track, levels)]
    )


def test_a_single_word_has_nothing_to_be_compared_with():
    (row,) = stress(*said([100], [0.1], [0.5]))
    assert row == WordStress("w0", 0.0, 0.5, None, None, None, None)
    assert stressed_words((row,)) == ()


def test_an_unvoiced_utterance_has_no_tone():
    rows = stress(*said([np.nan] * 3, [0.1, 0.2, 0.1], [0.2, 0.3, 0.2]))
    assert all(row.stress_f0_z is None for row in rows)
    alignment, _, levels = said([100] * 3, [0.1] * 3, [0.2] * 3)
    assert len(stress(alignment, Track(np.zeros(0), np.zeros(0), HOP_S), levels)) == 3


@pytest.mark.skipif(
    not (SPEECH / "emodb_syllable_stress.jsonl").exists(), reason="no real speech; set ZOO_SPEECH to its folder"
)
def test_the_most_stressed_word_is_the_one_people_hear():
    from benchmarks.syllables import heard

    right = []
    for row in heard(SPEECH)[::10]:
        wave = read_wave(row.path)
        found = align(wave, row.transcription, "de")
        if found is not None:
            rows = stress(found, SwiftTracker().track(wave), energy(wave))
            right.append(int(np.argmax([word.stress for word in rows])) in row.top)
    assert len(right) >= 42
    assert np.mean(right) >= 0.57  # 0.66 over all utterances; chance is 0.13
