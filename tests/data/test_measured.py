import numpy as np
import pytest
import soundfile

import zoo.data.measured as room
from zoo.acoustics.levels import Thresholds
from zoo.core.errors import ZooError
from zoo.data.measured import measured
from zoo.data.utterance import Utterance


def utterance(path, level=0.3, hz=150.0, seconds=0.6):
    t = np.arange(round(16_000 * seconds)) / 16_000
    soundfile.write(path, level * sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 6)) / 2, 16_000)
    return Utterance(path, "tones", "one", gender="male")


@pytest.fixture
def tones(tmp_path):
    return [utterance(tmp_path / f"{i:02d}.wav", 0.02 * 1.1**i, 100 + 2 * i) for i in range(36)]


def test_a_corpus_is_measured_and_calibrated_on_itself(tones):
    found = measured(tones)
    assert found.rejected == []
    assert [u.cues.energy for u in found.utterances] == ["low"] * 12 + ["normal"] * 12 + ["high"] * 12
    assert [u.cues.pitch for u in found.utterances] == ["low"] * 12 + ["normal"] * 12 + ["high"] * 12
    assert {u.cues.intonation for u in found.utterances} == {"flat"}
    assert len(found.measures) == 36


def test_given_thresholds_are_used(tones):
    thresholds = Thresholds(energy_dbfs=(-100.0, -90.0))
    found = measured(tones[:3], thresholds)
    assert found.thresholds is thresholds
    assert {u.cues.energy for u in found.utterances} == {"high"}
    assert {u.cues.pitch for u in found.utterances} == {None}


def test_a_file_is_measured_once_and_again_when_it_changes(tones, monkeypatch):
    first = measured(tones)
    monkeypatch.setattr(room, "measure", lambda *_: pytest.fail("measured again"))
    assert measured(tones) == first
    utterance(tones[0].audio_path, 0.5)
    with pytest.raises(BaseException, match="measured again"):
        measured(tones)


def test_a_half_written_cache_line_is_measured_again(tones, tmp_path):
    first = measured(tones)
    (cache,) = (tmp_path / "cache" / "measures").glob("*.jsonl")
    cache.write_text(cache.read_text()[:-40])
    assert measured(tones) == first
    assert measured(tones) == first


def test_bad_files_are_listed_and_many_are_refused(tones, tmp_path):
    tones[5].audio_path.write_bytes(b"")
    found = measured(tones)
    assert len(found.utterances) == 35
    ((path, reason),) = found.rejected
    assert path == tones[5].audio_path
    assert "is empty" in reason
    tones[6].audio_path.unlink()
    with pytest.raises(ZooError, match=r"2 of 36 audio files cannot be measured, the first: .*05\.wav is empty"):
        measured(tones)
    assert len(measured(tones, rejected_share=0.1).rejected) == 2


def test_worker_processes_measure_the_same(tones, tmp_path, monkeypatch):
    alone = measured(tones, workers=1)
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "other"))
    monkeypatch.setattr(room, "POOL_FROM", 10)
    assert measured(tones, workers=2) == alone


def test_nothing_gives_nothing():
    assert measured([]).utterances == []
