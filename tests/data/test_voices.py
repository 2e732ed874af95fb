"""Further voices: the same words, faster or slower, higher or lower, as other speakers, made once."""

import subprocess
import sys

import numpy as np
import pytest
import soundfile

from zoo.acoustics.measure import measure
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.sections import Data
from zoo.data.loader import SpeechData
from zoo.data.mix import build_corpus
from zoo.data.utterance import Utterance
from zoo.data.voices import further_voices


@pytest.fixture
def spoken(tmp_path):
    """A second of a buzz at 150 Hz with the harmonics of a voice."""
    time = np.arange(16_000) / 16_000
    wave = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 20))
    soundfile.write(tmp_path / "a.wav", 0.1 * wave, 16_000)
    return Utterance(tmp_path / "a.wav", "corpus", "7", "happy", "male", reasoning="The pitch is high.")


def test_a_voice_is_higher_and_shorter_by_its_factor(spoken):
    low, high = further_voices([spoken], [0.8, 1.25])
    for made, factor in ((low, 0.8), (high, 1.25)):
        wave = read_wave(made.audio_path)
        assert len(wave.samples) == pytest.approx(16_000 / factor, abs=2)
        assert measure(wave).f0_median_hz == pytest.approx(150 * factor, rel=0.01)
    assert {made.speaker for made in (low, high)} == {"7*0.80", "7*1.25"}
    assert len({made.key for made in (low, high, spoken)}) == 3
    assert (low.emotion, low.reasoning, low.cues) == ("happy", None, None)


def test_a_voice_is_made_once_and_by_content(spoken, tmp_path):
    (one,) = further_voices([spoken], [1.1])
    stamp = one.audio_path.stat().st_mtime_ns
    (tmp_path / "b.wav").write_bytes(spoken.audio_path.read_bytes())
    (again,) = further_voices([Utterance(tmp_path / "b.wav", "corpus", "7")], [1.1])
    assert again.audio_path == one.audio_path
    assert again.audio_path.stat().st_mtime_ns == stamp


def test_runs_that_share_a_cache_make_the_same_voices_at_once(spoken, tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "shared"))
    write = soundfile.write

    other = (
        "from pathlib import Path\nfrom zoo.data.utterance import Utterance\n"
        "from zoo.data.voices import further_voices\n"
        f"further_voices([Utterance(Path({str(spoken.audio_path)!r}), 'corpus', '7')], [0.88])"
    )

    def write_while_another_run_does(*file, **kind):
        write(*file, **kind)
        subprocess.run([sys.executable, "-c", other], check=True)

    monkeypatch.setattr(soundfile, "write", write_while_another_run_does)
    (made,) = further_voices([spoken], [0.88])
    assert len(read_wave(made.audio_path).samples)
    assert not list(made.audio_path.parent.glob("*.half"))


def test_what_cannot_be_read_is_left_to_the_corpus_to_list(spoken, tmp_path):
    (tmp_path / "no.wav").write_bytes(b"no wave")
    broken = Utterance(tmp_path / "no.wav", "corpus", "8")
    missing = Utterance(tmp_path / "never.wav", "corpus", "9")
    assert [made.speaker for made in further_voices([broken, spoken, missing], [1.1])] == ["7*1.10"]


@pytest.mark.parametrize("factor", [1, 1.0, 0.5, 1.3, -1, 0.875, float("nan"), "fast"])
def test_a_factor_that_makes_no_other_person_is_refused(factor):
    with pytest.raises(ZooError, match="factors of speed from"):
        further_voices([], [factor])


def test_training_speakers_get_voices_and_held_out_ones_do_not():
    corpus = build_corpus({"name": "prosodia", "train": 18, "test": 9})
    plain = SpeechData(corpus, Data("prosodia"), steps=1, seed=0)
    more = SpeechData(corpus, Data("prosodia", voices=(0.9, 1.1)), steps=1, seed=0)
    plain.setup()
    more.setup()
    assert len(more.train_utterances) == 3 * len(plain.train_utterances)
    assert more.train_utterances[:18] == plain.train_utterances
    assert more.test_utterances == plain.test_utterances
    assert more.thresholds == plain.thresholds
    assert more.digests["test"] == plain.digests["test"]
    assert all(utterance.cues for utterance in more.train_utterances)
