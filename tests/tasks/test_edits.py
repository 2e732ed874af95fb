"""Edits of one cue: what the files themselves measure, what is refused, and the words that stress is moved between."""

import os
from dataclasses import replace
from math import log2
from pathlib import Path

import pytest

import zoo.tasks.edits as room
from tests.tasks.test_comparison import vowel
from zoo.acoustics.cues import Cues
from zoo.acoustics.measure import measure
from zoo.acoustics.stress import WordStress
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.places import PROJECT
from zoo.data.ravdess import Ravdess
from zoo.data.stressed import stressed
from zoo.tasks.edits import Made, chosen, edits

RAVDESS = Path(os.environ.get("ZOO_RAVDESS") or PROJECT.parent / "shared" / "data" / "ravdess")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edits")
    patch = pytest.MonkeyPatch()
    patch.setenv("ZOO_CACHE", str(folder / "cache"))
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def voice(place):
    return vowel(place / "a.wav")


@pytest.fixture(scope="module")
def made(voice):
    (found,) = edits([voice]).values()
    assert all(isinstance(one, Made) for one in found.values()), found
    return {name: (one, measure(read_wave(one.path))) for name, one in found.items()}


def test_pitch_speed_and_energy_rise_by_what_was_asked_and_alone(made):
    assert set(made) == {"control", "pitch", "speed", "energy"}, "no transcript, no stress"
    control = made["control"][1]
    steps = {
        name: (
            12 * log2(after.f0_median_hz / control.f0_median_hz),
            control.speech_s / after.speech_s,
            after.energy_dbfs - control.energy_dbfs,
        )
        for name, (_, after) in made.items()
    }
    assert steps["pitch"] == pytest.approx((4.0, 1.0, 0.0), abs=0.3)
    assert steps["speed"] == pytest.approx((0.0, 1.3, 0.0), abs=0.3)
    assert steps["energy"] == pytest.approx((0.0, 1.0, 6.0), abs=0.3)
    assert made["energy"][0].change == pytest.approx(6.0, abs=0.01)
    assert made["control"][0].change is None


def test_what_was_made_is_kept(place, made, monkeypatch):
    monkeypatch.setattr(room, "_edited", None)
    (again,) = edits([vowel(place / "copy.wav")]).values()
    assert again == {name: one for name, (one, _) in made.items()}, "by content, under whatever name"


def test_a_loud_voice_has_no_room_for_six_decibels(place):
    (found,) = edits([vowel(place / "loud.wav", level=0.6)]).values()
    assert "would clip" in found["energy"]
    assert isinstance(found["pitch"], Made)


def test_an_edit_that_falls_short_is_refused(voice):
    edited = room.Editor(read_wave(voice.audio_path)).pitch(1)
    with pytest.raises(ZooError, match="by 4 was measured as"):
        room.checked(replace(edited, asked=replace(edited.asked, amount=4.0)))


def test_what_moves_another_cue_is_refused(voice):
    editor = room.Editor(read_wave(voice.audio_path))
    edited = editor.level(6)
    with pytest.raises(ZooError, match="moved level_db too"):
        room.checked(replace(edited, asked=replace(edited.asked, cue="pitch")))


def word(text, start_s, end_s, stress, f0_z=0.0):
    return WordStress(text, start_s, end_s, stress, f0_z, 0.0, 0.0)


def test_stress_goes_from_the_word_that_stands_out_to_the_longest_other():
    rows = (word("kids", 0.0, 0.4, 2.5), word("are", 0.4, 0.5, -2.0), word("talking", 0.5, 0.9, 0.1))
    on, off = chosen(rows)
    assert (on.word, off.word) == ("talking", "kids")
    whispered = (*rows[:2], word("talking", 0.5, 0.9, 0.1, f0_z=None))
    assert chosen(whispered)[0].word == "are", "no stress is put where nothing is voiced"
    with pytest.raises(ZooError, match="no stress to move"):
        chosen((word("kids", 0.0, 0.4, 1.5), *rows[1:]))


@pytest.mark.skipif(not RAVDESS.is_dir(), reason=f"RAVDESS is not at {RAVDESS}; set ZOO_RAVDESS to its folder")
def test_stress_is_moved_in_speech(place):
    utterance = next(u for u in Ravdess(str(RAVDESS)).test() if u.audio_path.stem == "03-01-06-01-01-01-02")
    found = edits([utterance])[utterance.audio_path]["stress"]
    assert isinstance(found, Made)
    assert found.change == pytest.approx(4.0, abs=1.0), "semitones, of the word's highest"
    moved = replace(utterance, audio_path=Path(found.path), cues=Cues())
    assert found.word in stressed([moved])[0].cues.stressed_words
