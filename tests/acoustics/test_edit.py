import json
import os
from pathlib import Path

import numpy as np
import pytest
from signals import padded, syllables, tone

from zoo.acoustics.edit import Editor
from zoo.acoustics.edit_f0 import reshaped
from zoo.acoustics.edit_stress import StressBy
from zoo.acoustics.edited import changes
from zoo.acoustics.espeak import speak
from zoo.acoustics.measure import measure
from zoo.acoustics.tracker import Track
from zoo.acoustics.vocoder import in_frames
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.errors import ZooError

SPEECH = Path(os.environ.get("ZOO_SPEECH") or Path(__file__).resolve().parents[3] / "shared" / "data")
WORD = (0.35, 0.62)  # "blue folder" somewhere in it: a voiced stretch of the sentence below
LATER = (1.2, 1.5)


@pytest.fixture(scope="module")
def spoken():
    samples, rate_hz = speak("The blue folder is on the yellow kitchen table.", "en-us+m1", 160)
    from torch import from_numpy
    from torchaudio.functional import resample

    return Wave(resample(from_numpy(samples / 65536.0).float(), rate_hz, 16_000).numpy())


@pytest.fixture(scope="module")
def editor(spoken):
    return Editor(spoken)


def test_the_control_changes_nothing_that_can_be_measured(editor):
    edited = editor.control()
    assert len(edited.wave.samples) == len(editor.wave.samples)
    assert abs(edited.changes.pitch_st) < 0.2
    assert edited.changes.range_ratio == pytest.approx(1, abs=0.1)
    assert edited.changes.tempo_ratio == pytest.approx(1, abs=0.06)
    assert edited.strayed == ()
    assert edited.after == measure(edited.wave)


@pytest.mark.parametrize("semitones", [4.0, -4.0, 2.0])
def test_pitch_moves_by_what_is_asked_and_alone(editor, semitones):
    edited = editor.pitch(semitones)
    assert edited.changes.pitch_st == pytest.approx(semitones, abs=0.3)
    assert abs(edited.changes.level_db) < 0.01
    assert edited.strayed == ()


def test_a_vowel_s_pitch_is_exact_and_its_timbre_stays():
    vowel = padded(tone(150, 1.0, 0.3, range(1, 30)), 0.2, 0.2)
    edited = Editor(vowel).pitch(4)
    assert edited.after.f0_median_hz == pytest.approx(150 * 2 ** (4 / 12), rel=0.005)
    assert edited.after.duration_s == vowel.duration_s


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_range_is_scaled_around_the_same_median(editor, factor):
    edited = editor.range(factor)
    assert edited.changes.range_ratio == pytest.approx(factor, rel=0.12)
    assert abs(edited.changes.pitch_st) < 0.3
    assert edited.strayed == ()


@pytest.mark.parametrize("shape", ["rising", "falling", "rising-falling", "falling-rising", "flat"])
def test_a_contour_is_heard_as_what_was_asked(editor, shape):
    edited = editor.contour(shape)
    assert edited.after.contour_shape == shape
    assert abs(edited.changes.pitch_st) < 0.7
    assert edited.after.f0_range_st == pytest.approx(1.0 if shape == "flat" else 6.0, abs=0.8)


def test_a_contour_takes_its_range(editor):
    assert editor.contour("rising", 9.0).after.f0_range_st == pytest.approx(9, abs=0.8)


@pytest.mark.parametrize("factor", [1.3, 0.77])
def test_tempo_shortens_the_speech_and_leaves_the_pitch(editor, factor):
    edited = editor.tempo(factor)
    assert edited.wave.duration_s == pytest.approx(editor.wave.duration_s / factor, abs=0.001)
    assert edited.changes.tempo_ratio == pytest.approx(factor, rel=0.06)
    assert edited.strayed == ()


def test_tempo_leaves_the_number_of_swells():
    edited = Editor(padded(syllables(5, 2.0), 0.2, 0.2)).tempo(1.3)
    assert edited.after.n_syllables == edited.before.n_syllables == 5


def test_level_is_a_gain_and_nothing_else(editor):
    edited = editor.level(-6.0)
    assert edited.changes.level_db == pytest.approx(-6, abs=0.01)
    assert np.allclose(edited.wave.samples, editor.wave.samples * 10 ** (-6 / 20), atol=1e-7)


def test_every_vocoder_edit_keeps_the_speech_s_level(editor):
    for edited in (editor.pitch(3), editor.tempo(0.8), editor.contour("falling"), editor.stress(WORD)):
        assert edited.after.energy_dbfs == pytest.approx(editor.before.energy_dbfs, abs=0.05)


def test_stress_moves_between_words(editor):
    edited = editor.stress(WORD, LATER, StressBy(semitones=4, gain_db=5, stretch=1.3))
    (on, on_now), (off, off_now) = edited.words
    assert 12 * np.log2(on_now.f0_max_hz / on.f0_max_hz) == pytest.approx(4, abs=0.7)
    assert 12 * np.log2(off_now.f0_max_hz / off.f0_max_hz) == pytest.approx(-4, abs=0.9)
    assert on_now.duration_s == pytest.approx(1.3 * on.duration_s)
    assert off_now.duration_s == pytest.approx(off.duration_s / 1.3)
    gap_before, gap_now = on.energy_dbfs - off.energy_dbfs, on_now.energy_dbfs - off_now.energy_dbfs
    assert gap_now - gap_before == pytest.approx(10, abs=2)
    assert off_now.start_s == pytest.approx(LATER[0] + 0.3 * (WORD[1] - WORD[0]))


def test_the_rest_of_the_sentence_keeps_its_place_in_time(editor):
    edited = editor.stress(WORD)
    grown = 0.25 * (WORD[1] - WORD[0])
    assert edited.wave.duration_s == pytest.approx(editor.wave.duration_s + grown, abs=0.001)


def test_the_same_edit_gives_the_same_bytes(spoken):
    assert np.array_equal(Editor(spoken).pitch(2).wave.samples, Editor(spoken).pitch(2).wave.samples)


def test_a_gain_that_would_clip_is_refused_with_the_largest(editor):
    peak_db = -20 * np.log10(np.abs(editor.wave.samples).max())
    with pytest.raises(ZooError, match=rf"would clip.*largest gain for this wave is \+{peak_db:.1f} dB"):
        editor.level(peak_db + 3)
    assert editor.level(peak_db - 0.01).changes.level_db > 0


def test_a_vocoder_edit_that_would_clip_is_refused_with_the_way_out():
    loud = Wave(np.clip(4 * tone(120, 1.0, 0.99, range(1, 12)).samples, -1, 1))
    with pytest.raises(ZooError, match=r"would clip.*lower the wave first"):
        Editor(loud).pitch(3)


def test_no_voice_is_asked_for_what_no_voice_does(editor):
    with pytest.raises(ZooError, match=r"median F0 at .* outside the 60 to 500 Hz of voices; .* lower"):
        editor.pitch(36)
    with pytest.raises(ZooError, match=r"higher$"):
        editor.pitch(-20)
    with pytest.raises(ZooError, match="ask for a smaller range"):
        editor.contour("rising", 30)


@pytest.mark.parametrize("factor", [0.49, 2.01, -1.0, float("nan")])
def test_factors_have_limits(editor, factor):
    for edit in (editor.tempo, editor.range):
        with pytest.raises(ZooError, match=r"factor from 0.5 to 2"):
            edit(factor)


def test_a_shape_must_be_one_and_its_range_make_it_so():
    voiced = np.full(100, 120.0)
    with pytest.raises(ZooError, match=r'no contour "riseing".*did you mean "rising"'):
        reshaped(voiced, "riseing")
    with pytest.raises(ZooError, match="at least 3 semitones"):
        reshaped(voiced, "falling", 2.0)
    with pytest.raises(ZooError, match="under 3 semitones"):
        reshaped(voiced, "flat", 3.0)


def test_a_whisper_has_no_pitch_to_edit_but_a_tempo():
    noise = Wave(np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32))
    whisper = Editor(noise)
    for edit in (lambda: whisper.pitch(2), lambda: whisper.range(2), lambda: whisper.contour("flat")):
        with pytest.raises(ZooError, match="no voiced speech"):
            edit()
    assert whisper.tempo(2).wave.duration_s == pytest.approx(0.5, abs=0.001)


def test_silence_and_two_hours_are_refused():
    with pytest.raises(ZooError, match="no signal"):
        Editor(Wave(np.zeros(16_000, np.float32)))
    with pytest.raises(ZooError, match="cut it into utterances"):
        Editor(Wave(np.zeros(16_000 * 7200, np.float32)))


def test_words_must_be_in_the_wave_apart_and_voiced(editor):
    with pytest.raises(ZooError, match="is no word of a wave"):
        editor.stress((0.5, 99.0))
    with pytest.raises(ZooError, match="is no word of a wave"):
        editor.stress((0.5, 0.4))
    with pytest.raises(ZooError, match="at least 60 ms"):
        editor.stress((0.5, 0.53))
    with pytest.raises(ZooError, match="overlap"):
        editor.stress((0.3, 0.6), (0.5, 0.8))
    quiet = Editor(padded(tone(120, 1.0, 0.3, range(1, 9)), 0.5, 0.0))
    with pytest.raises(ZooError, match="nothing is voiced"):
        quiet.stress((0.1, 0.4))


def test_a_track_is_read_between_its_frames():
    f0_hz = np.array([np.nan, 100.0, 200.0, np.nan, np.nan])
    new, times_s = in_frames(Track(0.016 * np.arange(5), f0_hz, 0.016), 0.08)
    assert new[times_s < 0.007].max() == 0
    assert new[np.isclose(times_s, 0.02)] == pytest.approx(100 * 2**0.25)  # a quarter of the way, in octaves
    assert new[times_s > 0.041].max() == 0


def test_changes_say_nothing_of_what_was_not_measured():
    noise = measure(Wave(np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32)))
    change = changes(noise, noise)
    assert change.pitch_st is None
    assert change.level_db == 0


@pytest.mark.skipif(not (SPEECH / "ravdess.jsonl").exists(), reason="no real speech; set ZOO_SPEECH to its folder")
def test_real_speech_is_edited_as_asked():
    lines = (SPEECH / "ravdess.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["emotion"] in {"neutral", "sad"}][::48]
    editors = [Editor(read_wave(SPEECH / row["audio_path"])) for row in rows]
    up = [editor.pitch(4).changes.pitch_st for editor in editors]
    fast = [editor.tempo(1.3).changes.tempo_ratio for editor in editors]
    assert np.median(up) == pytest.approx(4, abs=0.2)
    assert np.median(fast) == pytest.approx(1.3, abs=0.06)
    assert np.median(np.abs(np.array(up) - 4)) < 0.2
