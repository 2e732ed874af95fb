import json
from dataclasses import replace

import numpy as np
import pytest
from signals import syllables

from zoo.acoustics.calibration import SMALLEST_SPEAKER, Spread, calibrate, first_of
from zoo.acoustics.levels import Thresholds, label
from zoo.acoustics.measure import measure
from zoo.acoustics.stored import shipped, stored_thresholds
from zoo.core.errors import ZooError
from zoo.core.places import PROJECT


@pytest.fixture(scope="module")
def base():
    return measure(syllables(5, 1.5))


def at(base, value):
    return replace(base, energy_dbfs=value, f0_median_hz=100 + value, articulation_rate_sps=value)


def test_thresholds_say_how_many_utterances_each_rests_on(base):
    spread = Spread()
    for value in range(90):
        spread.add(at(base, value), "female" if value % 3 == 0 else None, rate_pps=value if value % 2 else None)
    found = spread.thresholds()
    assert found.n == {
        "energy_dbfs": 90,
        "speed_sps": 90,
        "speed_pps": 45,
        "pitch_hz.everyone": 90,
        "pitch_hz.female": 30,
    }
    assert Thresholds.from_json(found.to_json()).n == found.n


def test_a_pair_for_phones_and_one_for_syllables(base):
    spread = Spread()
    for value in range(90):
        spread.add(at(base, value), rate_pps=10 + value)
    found = spread.thresholds()
    assert found.speed_sps == pytest.approx((89 / 3, 178 / 3))
    assert found.speed_pps == pytest.approx((10 + 89 / 3, 10 + 178 / 3))
    assert label(at(base, 80), found).speed == "fast"
    assert label(at(base, 80), found, rate_pps=12.0).speed == "slow", "phones count more than syllables"
    no_phones = replace(found, speed_pps=None)
    assert label(at(base, 80), no_phones, rate_pps=12.0).speed == "fast"
    assert label(replace(at(base, 80), articulation_rate_sps=None), found).speed is None


def test_a_clip_is_held_against_the_others_of_its_speaker(base):
    rows = [at(base, value) for value in (*range(SMALLEST_SPEAKER), 500)]
    spread = Spread()
    for row in rows:
        spread.add(row)
    others = spread.without(rows[-1])
    assert others.n["energy_dbfs"] == SMALLEST_SPEAKER
    assert others.energy_dbfs == pytest.approx(np.percentile(range(SMALLEST_SPEAKER), [100 / 3, 200 / 3]))
    assert label(rows[-1], others).pitch == "high"
    spread = Spread()
    for row in rows[1:]:
        spread.add(row)
    assert spread.without(rows[-1]) == Thresholds(), "eleven others are too few"


def test_what_a_speaker_lacks_comes_from_the_corpus():
    own = Thresholds(energy_dbfs=(1.0, 2.0))
    corpus = Thresholds((3.0, 4.0), (5.0, 6.0), {"everyone": (7.0, 8.0)}, speed_pps=(9.0, 10.0))
    assert first_of(own, corpus) == replace(corpus, energy_dbfs=(1.0, 2.0))


def test_the_shipped_checkpoints_thresholds_are_still_read():
    files = sorted((PROJECT / "checkpoints").glob("*/knowledge.json"))
    assert files
    for file in files:
        found = stored_thresholds(file)
        assert found.keys() in ({"ravdess", "prosodia"}, {"emotionthinker"})
        assert all(one.energy_dbfs and one.speed_sps and one.pitch_hz["female"] for one in found.values())


def test_named_thresholds_come_with_the_package():
    assert {"ravdess", "emodb"} <= set(shipped())
    for name in shipped():
        (found,) = stored_thresholds(name).values()
        assert found.speed_pps
        assert found.speed_sps
        assert found.pitch_hz["male"][1] < found.pitch_hz["female"][1]
        assert found.n["pitch_hz.female"] >= 30


def test_a_file_of_one_corpus_alone_stands_under_its_own_name(tmp_path, base):
    one = calibrate((at(base, value), None) for value in range(60))
    (tmp_path / "mine.json").write_text(one.to_json())
    assert stored_thresholds(tmp_path / "mine.json") == {"mine": one}


def test_a_wrong_name_or_file_is_said(tmp_path):
    with pytest.raises(ZooError, match='did you mean "ravdess"'):
        stored_thresholds("ravdes")
    for text in ("no json", "[1]", json.dumps({"corpora": {"a": {}}})):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(ZooError, match="no thresholds"):
            stored_thresholds(tmp_path / "bad.json")


def test_recordings_all_set_to_one_peak_have_no_level_of_energy(base):
    levelled, natural = Spread(), Spread()
    for value in range(60):
        levelled.add(at(base, value), peak_dbfs=-1.0 + (0.1 if value % 10 else 7.0))
        natural.add(at(base, value), peak_dbfs=-0.5 * value)
    assert levelled.is_levelled
    assert levelled.thresholds().energy_dbfs is None
    assert levelled.thresholds().speed_sps is not None
    assert not natural.is_levelled
    assert natural.thresholds().energy_dbfs is not None
