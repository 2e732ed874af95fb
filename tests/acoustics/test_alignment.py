import json
import os
from pathlib import Path

import numpy as np
import pytest
from signals import padded, tone

from zoo.acoustics.alignment import Alignment, Word, align, aligner, words_of
from zoo.acoustics.espeak import VoiceError
from zoo.acoustics.espeak_dtw import word_onsets_s
from zoo.acoustics.reading import read, voice_of
from zoo.acoustics.sphinx import PocketsphinxAligner
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.errors import ZooError
from zoo.core.registry import aligners

SPEECH = Path(os.environ.get("ZOO_SPEECH") or Path(__file__).resolve().parents[3] / "shared" / "data")
needs_speech = pytest.mark.skipif(
    not (SPEECH / "emodb_syllable_stress.jsonl").exists(), reason="no real speech; set ZOO_SPEECH to its folder"
)
ENGLISH = "The blue folder fell behind my kitchen table."
GERMAN = "Der rote Koffer steht seit gestern neben der Tür."
OTHER = {"en": "We never thought about those many people.", "de": "Niemand wollte mir sagen, wohin alle gegangen sind."}


def spoken(text, voice, rate_wpm=160):
    """A sentence in another voice than the aligner's own, as a 16 kHz wave, with its words' true onsets."""
    import torch
    from torchaudio.functional import resample

    reading = read(text, voice, rate_wpm)
    samples = resample(torch.from_numpy(reading.samples / 65536.0).float(), reading.rate_hz, 16_000).numpy()
    return Wave(samples), np.array(word_onsets_s(text, reading))


def onsets(alignment):
    return np.array([word.start_s for word in alignment.words])


@pytest.fixture(scope="module")
def english():
    return spoken(ENGLISH, "en-us+m1")


@pytest.fixture(scope="module")
def german():
    return spoken(GERMAN, "de+f2", 140)


def test_words_lose_their_punctuation_and_nothing_else():
    assert words_of("„Heute“ - don't, re-do 3.5 times! …") == ("Heute", "don't", "re-do", "3.5", "times")
    assert words_of("\u092e\u0941\u091d\u0947,") == ("\u092e\u0941\u091d\u0947",)  # ends with the sign of a vowel


def test_the_same_text_is_read_in_the_same_bytes():
    assert np.array_equal(read(ENGLISH, "en-us", 160).samples, read(ENGLISH, "en-us", 160).samples)


def test_words_run_together_are_parted_between_their_neighbours():
    reading = read("It is on the table.", "en-us")
    assert reading.onsets_s[3] is None  # eSpeak says "on the" as one word
    onsets_s = word_onsets_s("It is on the table.", reading)
    assert onsets_s == sorted(onsets_s)
    assert onsets_s[2] < onsets_s[3] < onsets_s[4]


def test_a_word_begins_with_its_first_phone_and_a_dash_is_no_word():
    reading = read("Moon, sun - and 42 stars.", "en-us")
    starts = [phone.start_s for phone in reading.phones]
    assert len(reading.onsets_s) == 5
    assert all(min(abs(at - start) for start in starts) < 0.06 for at in reading.onsets_s)


@pytest.mark.parametrize(("language", "voice"), [("en", "en-us"), ("de-DE", "de"), ("pt_BR", "pt"), ("zh", "cmn")])
def test_a_language_has_the_voice_of_its_first_part(language, voice):
    assert voice_of(language) == voice
    assert read("1", voice).phones


def test_an_unknown_voice_is_an_error_the_user_can_mend():
    with pytest.raises(VoiceError, match="no voice"):
        read("a", "xx")
    assert issubclass(VoiceError, ZooError)


@pytest.mark.parametrize("name", aligners.entries)
def test_every_aligner_finds_english_words_where_they_are_said(name, english):
    wave, truth = english
    found = aligner(name).align(wave, ENGLISH, "en")
    assert found is not None
    assert found.aligner == name
    assert [word.word for word in found.words] == ENGLISH.rstrip(".").split()
    assert np.median(np.abs(onsets(found) - truth)) < 0.035
    assert np.mean(np.abs(onsets(found) - truth) < 0.1) >= 0.8


def test_german_words_are_found_where_they_are_said(german):
    wave, truth = german
    found = align(wave, GERMAN, "de")
    assert found is not None
    assert found.aligner == "espeak-dtw"
    assert np.abs(onsets(found) - truth).max() < 0.06


def test_words_come_in_order_and_within_the_wave(english, german):
    for (wave, _), text, language in ((english, ENGLISH, "en"), (german, GERMAN, "de")):
        found = align(wave, text, language)
        times = [at for word in found.words for at in (word.start_s, word.end_s)]
        assert times == sorted(times)
        assert times[0] >= 0
        assert times[-1] <= wave.duration_s
        assert all(word.end_s > word.start_s for word in found.words)


@pytest.mark.parametrize("name", aligners.entries)
def test_a_gain_moves_no_word_and_silence_before_moves_all_alike(name, english):
    wave, _ = english
    found = aligner(name).align(wave, ENGLISH, "en")
    quiet = aligner(name).align(Wave(wave.samples * np.float32(0.01)), ENGLISH, "en")
    later = aligner(name).align(padded(wave, 0.5, 0.3), ENGLISH, "en")
    assert np.abs(onsets(quiet) - onsets(found)).max() < 0.02
    assert np.abs(onsets(later) - 0.5 - onsets(found)).max() < 0.035


@pytest.mark.parametrize("name", aligners.entries)
def test_an_alignment_does_not_depend_on_what_was_aligned_before(name, english, german):
    first = aligner(name).align(english[0], ENGLISH, "en")
    aligner(name).align(german[0], OTHER["en"], "en")
    assert aligner(name).align(english[0], ENGLISH, "en") == first


def test_a_wrong_transcript_scores_less(english, german):
    for (wave, _), text, language in ((english, ENGLISH, "en"), (german, GERMAN, "de")):
        wrong = aligner("espeak-dtw").align(wave, OTHER[language], language)
        right = aligner("espeak-dtw").align(wave, text, language)
        assert wrong is None or wrong.score < right.score - 0.002  # small: eSpeak's voice is near all it reads
        assert right.trusted


def test_pocketsphinx_refuses_a_wrong_transcript(english):
    assert aligner("pocketsphinx").align(english[0], ENGLISH, "en").trusted
    wrong = aligner("pocketsphinx").align(english[0], OTHER["en"], "en")
    assert wrong is None or not wrong.trusted


@needs_speech
def test_what_somebody_else_said_is_refused():
    from benchmarks.syllables import heard

    rows = heard(SPEECH)[::12]
    texts = sorted({row.transcription for row in rows})
    others = [texts[(texts.index(row.transcription) + 1 + i) % len(texts)] for i, row in enumerate(rows)]
    others = [other if other != row.transcription else texts[-1] for row, other in zip(rows, others, strict=True)]
    found = [align(read_wave(row.path), other, "de") for row, other in zip(rows, others, strict=True)]
    assert sum(one is None for one in found) >= 0.6 * len(found)


@pytest.mark.parametrize("text", ["", "  ", "... - !"])
def test_a_transcript_without_words_aligns_to_nothing(text, english):
    assert align(english[0], text) is None


def test_no_speech_and_unknown_languages_align_to_nothing(english):
    assert align(Wave(np.zeros(16_000, dtype=np.float32)), ENGLISH) is None
    assert align(english[0], ENGLISH, "xx") is None
    assert align(tone(200, 0.06), ENGLISH) is None


def test_a_word_outside_the_dictionary_is_pronounced_and_found():
    text = "The zyblorkin fell behind my kitchen table."
    wave, truth = spoken(text, "en-us+m1")
    found = PocketsphinxAligner().align(wave, text, "en")
    assert found is not None
    assert found.words[1].word == "zyblorkin"
    assert np.median(np.abs(onsets(found) - truth)) < 0.035
    assert abs(found.words[2].start_s - truth[2]) < 0.05


def test_where_pocketsphinx_cannot_say_a_word_espeak_takes_over():
    text = "The folder (блю) fell behind my kitchen table today."
    wave, _ = spoken(text, "en-us+m1")
    assert PocketsphinxAligner().align(wave, text, "en") is None
    found = align(wave, text)
    assert found is not None
    assert found.aligner == "espeak-dtw"


def test_pocketsphinx_says_nothing_on_the_terminal(english, capfd):
    align(english[0], ENGLISH)
    align(tone(200, 0.4), ENGLISH)
    assert capfd.readouterr() == ("", "")


@needs_speech
def test_onsets_lie_where_people_hear_them():
    from benchmarks.syllables import heard

    errors = []
    rows = heard(SPEECH)[::12]
    for row in rows:
        found = align(read_wave(row.path), row.transcription, "de")
        if found is not None:
            errors.append(np.abs(onsets(found) - np.array(row.onsets_s)))
    assert len(errors) >= 0.85 * len(rows)
    assert np.mean(np.concatenate(errors) <= 0.05) >= 0.75


@needs_speech
def test_ravdess_comes_back_whole():
    lines = (SPEECH / "ravdess.jsonl").read_text(encoding="utf-8").splitlines()[::72]
    found = [align(read_wave(SPEECH / row["audio_path"]), row["transcription"]) for row in map(json.loads, lines)]
    known: list[Alignment] = [one for one in found if one is not None]
    assert len(known) >= 0.9 * len(found)
    assert sum(one.aligner == "pocketsphinx" for one in known) >= 0.9 * len(known)


def test_a_long_pause_belongs_to_no_word_and_a_short_one_may():
    from zoo.acoustics.energy import energy
    from zoo.acoustics.pauses import without_pauses

    at = np.arange(16_000) / 16_000
    tone, silence = 0.1 * np.sin(2 * np.pi * 200 * at), np.zeros_like(at)
    wave = Wave(np.concatenate([tone, silence, tone[:8_000], silence[:1_600], tone]).astype(np.float32))
    words = (Word("one", 0.0, 1.5), Word("two", 1.5, 2.5), Word("three", 2.5, 3.6))
    one, two, three = without_pauses(words, energy(wave))
    assert (one.start_s, two.end_s, three.end_s) == (0.0, 2.5, 3.6)
    assert one.end_s == pytest.approx(1.0, abs=0.03)
    assert two.start_s == pytest.approx(2.0, abs=0.03)
    assert three.start_s == 2.5  # 100 ms: it may be the closure of a stop
