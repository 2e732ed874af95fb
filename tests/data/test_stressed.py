"""Stressed words of a corpus: aligned once, kept by content and words, None where the words cannot be followed."""

from dataclasses import replace

import pytest
import soundfile

import zoo.data.stressed as room
from zoo.acoustics.cues import Cues
from zoo.acoustics.espeak import speak
from zoo.data.stressed import stressed
from zoo.data.utterance import Utterance
from zoo.data.voices import further_voices

TEXT = "Kids are talking by the door."


@pytest.fixture
def spoken(tmp_path):
    samples, rate_hz = speak(TEXT, "en-us+m1", 160.0, {})
    soundfile.write(tmp_path / "said.wav", samples, rate_hz)
    return Utterance(tmp_path / "said.wav", "voices", "one", transcription=TEXT, cues=Cues(pitch="low"))


def test_words_are_found_once_and_kept(spoken, monkeypatch):
    (found,) = stressed([spoken])
    assert found.cues.stressed_words
    assert set(found.cues.stressed_words) <= {"Kids", "are", "talking", "by", "the", "door"}
    assert found.cues.pitch == "low", "the other cues stay"
    monkeypatch.setattr(room, "_stress", lambda job: pytest.fail("it was aligned before"))
    assert stressed([spoken]) == [found]


def test_other_words_are_aligned_anew_and_what_cannot_be_followed_has_no_stress(spoken, monkeypatch):
    stressed([spoken])
    asked = []
    monkeypatch.setattr(room, "_stress", lambda job: asked.append(job[2]))
    other = replace(spoken, transcription="Something else was said.")
    assert stressed([spoken, other])[1].cues.stressed_words is None
    assert asked == ["Something else was said."]


def test_what_is_annotated_or_has_no_words_is_left_as_it_is(spoken, monkeypatch):
    monkeypatch.setattr(room, "_stress", lambda job: pytest.fail("there is nothing to align"))
    given = [
        replace(spoken, cues=Cues(stressed_words=("door",))),
        replace(spoken, transcription=None),
        replace(spoken, cues=None),
    ]
    assert stressed(given) == given


def test_a_further_voice_stresses_what_its_source_does(spoken, monkeypatch):
    (found,) = stressed([spoken])
    monkeypatch.setattr(room, "_stress", lambda job: pytest.fail("its source was aligned before"))
    voices = [replace(voice, cues=Cues(pitch="high")) for voice in further_voices([spoken], [0.88, 1.14])]
    assert [voice.cues.stressed_words for voice in stressed(voices)] == [found.cues.stressed_words] * 2


def test_a_recording_played_faster_stresses_the_same_words(spoken):
    (faster,) = further_voices([spoken], [1.1])
    on_its_own = replace(faster, source=None, cues=Cues())
    (found, again) = stressed([spoken, on_its_own])
    assert found.cues.stressed_words == again.cues.stressed_words
