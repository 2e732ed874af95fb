import json
import time
from collections import Counter
from dataclasses import replace
from random import Random
from statistics import median

import numpy as np
import pytest

from zoo.acoustics.espeak import speak
from zoo.acoustics.measure import measure
from zoo.acoustics.wave import Wave
from zoo.core.errors import ZooError
from zoo.data.prosodia import EMOTIONS, VOICES, Prosodia, make, plan
from zoo.data.prosodia_rules import RULES, draw
from zoo.data.prosodia_sentences import SENTENCES
from zoo.data.prosodia_voice import bend

TEXT = "The blue folder is on the kitchen table."


def neutral_draw():
    rule = RULES["neutral"]
    calm = draw("neutral", Random(0))
    return replace(
        calm, pitch=1.0, range=1.0, durations=1.0, level_db=0.0, slope_st=rule.slope_st.mean, arch_st=0.0, tail_st=0.0
    )


def said(voice="en-us+m1", **asked):
    neutral = replace(neutral_draw(), **asked)
    reading, rate_hz = speak(TEXT, voice, 168 / neutral.durations)
    return measure(Wave(bend(reading, rate_hz, neutral, np.random.default_rng(0)).astype(np.float32)))


def test_sentences_are_many_short_and_distinct():
    assert len(set(SENTENCES)) == len(SENTENCES) >= 200
    assert all(4 <= len(text.split()) <= 9 and text.endswith(".") for text in SENTENCES)


def test_espeak_repeats_its_bytes_whatever_was_said_before():
    first, rate_hz = speak(TEXT, "en-us+f2", 170)
    speak("Something else.", "en+whisper", 300)
    time.sleep(1.1)  # eSpeak NG seeds itself with the time in seconds
    again, _ = speak(TEXT, "en-us+f2", 170)
    assert rate_hz == 22_050
    assert np.array_equal(first, again)


def test_a_pause_takes_its_time_and_an_unknown_voice_is_named():
    plain, rate_hz = speak(TEXT, "en-us+m1", 170)
    paused, _ = speak(TEXT, "en-us+m1", 170, {2: 300})
    assert (len(paused) - len(plain)) / rate_hz == pytest.approx(0.3, abs=0.15)
    with pytest.raises(ZooError, match='no voice "en-us-martian"'):
        speak(TEXT, "en-us-martian", 170)


@pytest.mark.parametrize("voice", [v for split in VOICES.values() for voices in split.values() for v in voices])
def test_every_voice_speaks_at_its_gender_s_height(voice):
    gender = next(g for split in VOICES.values() for g, voices in split.items() if voice in voices)
    hz = said(voice).f0_median_hz
    assert (75 < hz < 135) if gender == "male" else (150 < hz < 270)


def test_the_voice_does_what_is_asked():
    base = said()
    assert said(pitch=1.5).f0_median_hz == pytest.approx(1.5 * base.f0_median_hz, rel=0.04)
    assert said(level_db=6.0).energy_dbfs == pytest.approx(base.energy_dbfs + 6, abs=0.5)
    assert said(range=2.0).f0_range_st > 1.3 * base.f0_range_st
    assert said(durations=1.4).speech_s == pytest.approx(1.4 * base.speech_s, rel=0.12)
    assert said(slope_st=6.0).contour_shape == "rising"
    assert said(slope_st=-6.0).contour_shape == "falling"
    assert said(slope_st=0.0, arch_st=8.0).contour_shape == "rising-falling"
    assert said(voiced=False).f0_median_hz is None
    assert said(breath=0.9).voiced_share_of_speech <= base.voiced_share_of_speech


def test_every_emotion_has_a_rule_and_draws_stay_within_it():
    assert len(EMOTIONS) == 9
    for emotion in EMOTIONS:
        draws = [draw(emotion, Random(i)) for i in range(200)]
        spread = RULES[emotion].pitch
        assert all(abs(d.pitch - spread.mean) <= 2 * spread.sd + 1e-4 for d in draws)
        assert abs(median(d.level_db for d in draws) - RULES[emotion].level_db.mean) < 0.6


def test_words_and_voices_tell_no_emotion():
    lines = plan("train", 450, 17)
    assert set(Counter(line.emotion for line in lines).values()) == {50}
    for place in ("sentence", "voice"):
        per = Counter((getattr(line, place), line.emotion) for line in lines)
        assert all(len({per[value, e] for e in EMOTIONS}) == 1 for value, _ in per)
    assert plan("train", 450, 17) == lines != plan("train", 450, 18)


def test_voices_and_sentences_are_held_out():
    train, test = plan("train", 4000, 5), plan("test", 1000, 5)
    assert {line.voice for line in train}.isdisjoint(line.voice for line in test)
    assert {line.sentence for line in train}.isdisjoint(line.sentence for line in test)
    assert len({line.voice for line in train}) == 12
    assert {line.sentence for line in train + test} == set(range(len(SENTENCES)))


def test_the_same_line_gives_the_same_bytes(tmp_path):
    lines = plan("test", 9, 17)
    for name, order in (("one", lines), ("two", lines[::-1])):
        (tmp_path / name).mkdir()
        for line in order:
            make((line, tmp_path / name))
    for line in lines:
        assert (tmp_path / "one" / line.file).read_bytes() == (tmp_path / "two" / line.file).read_bytes()


def test_the_corpus_is_made_once(tmp_path, monkeypatch):
    corpus = Prosodia(train=18, test=9)
    assert (len(corpus.train()), len(corpus.test())) == (18, 9)
    assert all(u.audio_path.exists() and u.transcription in SENTENCES and u.gender for u in corpus.train())
    assert {u.emotion for u in corpus.test()} == set(EMOTIONS) == set(corpus.emotions)
    (folder,) = (tmp_path / "cache" / "prosodia").iterdir()
    row = json.loads((folder / "prosodia.jsonl").read_text().splitlines()[0])
    assert row["asked"]["pitch"] > 0
    monkeypatch.setattr("zoo.data.prosodia.make", lambda _: pytest.fail("made again"))
    assert Prosodia(train=18, test=9).train() == corpus.train()


def test_too_few_utterances_are_refused():
    with pytest.raises(ZooError, match="at least one test utterance an emotion"):
        Prosodia(train=18, test=8)


def test_its_training_voices_are_known_before_a_word_is_spoken(monkeypatch, tmp_path):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))
    corpus = Prosodia(train=27, test=9, seed=5)
    heard = corpus.heard()
    assert not (tmp_path / "prosodia").exists()
    assert heard == {(u.dataset, u.speaker) for u in corpus.train()}
