"""The row of one utterance, on real speech where it is at hand."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from signals import syllables

from zoo.acoustics.annotation import annotate
from zoo.acoustics.wave import Wave, read_wave
from zoo.acoustics.way import Way
from zoo.acoustics.whistress import HeardStress
from zoo.core.places import PROJECT

SPEECH = Path(os.environ.get("ZOO_SPEECH") or PROJECT.parent / "shared" / "data")


@pytest.fixture(scope="module")
def speech():
    """(wave, row) of a few English and German utterances."""
    found = []
    for corpus, step in (("ravdess", 360), ("emodb", 180)):
        if not (SPEECH / f"{corpus}.jsonl").is_file():
            pytest.skip(f"there is no {corpus}.jsonl in {SPEECH}; set ZOO_SPEECH to its folder")
        rows = [json.loads(line) for line in (SPEECH / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines()]
        found += [(read_wave(SPEECH / row["audio_path"]), row) for row in rows[::step]]
    return found


def found(speech):
    return [annotate(wave, row["transcription"], row["language"]).to_dict() for wave, row in speech]


def test_what_was_annotated_before_changes_nothing(speech):
    assert found(speech) == found(speech[::-1])[::-1]


def test_words_phones_and_stress_of_real_speech(speech):
    for (wave, row), one in zip(speech, found(speech), strict=True):
        words = [word["word"] for word in one["words"]]
        assert " ".join(words) == row["transcription"].rstrip(".").replace(",", "")
        times = [time for word in one["words"] for time in (word["start_s"], word["end_s"])]
        assert times == sorted(times)
        assert times[-1] <= wave.duration_s
        assert one["aligner"] == {"en": "pocketsphinx", "de": "espeak-dtw"}[row["language"]]
        assert one["articulation_rate_pps"] == pytest.approx(one["n_phonemes"] / one["speech_s"], rel=1e-4)
        assert one["speaking_rate_pps"] <= one["articulation_rate_pps"]
        assert one["gender"] in (row["gender"], None)


def test_a_gender_that_is_known_is_kept_and_nothing_is_judged():
    wave = syllables(5, 1.5)
    known = annotate(wave, gender="male")
    assert (known.gender, known.gender_confidence, known.female_logit) == ("male", None, None)
    assert annotate(wave).female_logit != 0


def test_without_words_nothing_of_words_is_said():
    one = annotate(syllables(5, 1.5))
    assert one.words is one.stressed_words is one.n_phonemes is one.articulation_rate_pps is one.aligner is None
    assert one.doubts == ()


def test_an_unknown_language_is_doubted_and_not_guessed():
    one = annotate(syllables(5, 1.5), "Some words.", "tlh")
    assert one.words is one.articulation_rate_pps is None
    assert "cannot be followed" in one.doubts[-1]


def test_silence_says_nothing_and_is_no_error():
    one = annotate(Wave(np.zeros(16_000, np.float32)), "Some words.")
    assert one.measures.energy_dbfs is one.gender is one.words is one.peak_dbfs is None
    assert "no sound" in one.doubts[0]


class Ear:
    """Stands in for WhiStress, whose weights are not in this repository."""

    def stress(self, wave, transcription):
        return [HeardStress(word, float(word.startswith("d"))) for word in transcription.split()]


def test_whistress_says_the_stressed_words_where_it_is_asked(speech, monkeypatch):
    monkeypatch.setattr("zoo.acoustics.wording.whistress", lambda weights, backbone: Ear())
    way = Way(stress_weights="somewhere")
    for wave, row in speech:
        one = annotate(wave, row["transcription"], row["language"], way=way)
        expected = ("door",) if row["language"] == "en" else None
        assert one.stressed_words == expected
        assert (
            one.words[0]["stress_f0_z"] == annotate(wave, row["transcription"], row["language"]).words[0]["stress_f0_z"]
        )
