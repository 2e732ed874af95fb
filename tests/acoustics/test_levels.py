import json
from dataclasses import replace

import pytest
from signals import syllables

from zoo.acoustics.calibration import calibrate
from zoo.acoustics.levels import Thresholds, label
from zoo.acoustics.measure import measure
from zoo.core.errors import ZooError


@pytest.fixture(scope="module")
def base():
    return measure(syllables(5, 1.5))


def rows(base, values, gender=None, **more):
    return [
        (replace(base, energy_dbfs=v, f0_median_hz=100 + v, articulation_rate_sps=v, **more), gender) for v in values
    ]


def test_levels_are_tertiles(base):
    thresholds = calibrate(rows(base, range(91)))
    assert thresholds.energy_dbfs == pytest.approx((30, 60))
    found = [label(m, thresholds) for m, _ in rows(base, (0, 29, 31, 59, 61))]
    assert [cues.energy for cues in found] == ["low", "low", "normal", "normal", "high"]
    assert [cues.speed for cues in found] == ["slow", "slow", "normal", "normal", "fast"]
    assert [cues.pitch for cues in found] == ["low", "low", "normal", "normal", "high"]


def test_pitch_is_compared_within_a_gender(base):
    both = [*rows(base, range(90), "male"), *rows(base, range(100, 190), "female")]
    thresholds = calibrate(both)
    (high_man, _), (low_woman, _) = rows(base, (80, 110))
    assert label(high_man, thresholds, "male").pitch == "high"
    assert label(low_woman, thresholds, "female").pitch == "low"
    assert label(low_woman, thresholds).pitch == "normal"


def test_a_small_or_unknown_group_is_compared_with_everyone(base):
    both = [*rows(base, range(90), "male"), *rows(base, range(100, 105), "female")]
    thresholds = calibrate(both)
    assert set(thresholds.pitch_hz) == {"everyone", "male"}
    (measures, _) = rows(base, (104,))[0]
    assert label(measures, thresholds, "female") == label(measures, thresholds, None)


def test_what_was_not_measured_has_no_level(base):
    thresholds = calibrate(rows(base, range(90)))
    nothing = replace(base, energy_dbfs=None, articulation_rate_sps=None, f0_reliable=False, contour_shape="uncertain")
    assert label(nothing, thresholds).known() == {}


def test_too_few_rows_or_no_differences_give_no_thresholds(base):
    assert calibrate(rows(base, range(29))) == Thresholds()
    assert calibrate(rows(base, [5] * 90)).energy_dbfs is None
    assert calibrate(rows(base, range(90), f0_reliable=False)).pitch_hz == {}


def test_thresholds_survive_json(base):
    thresholds = calibrate(rows(base, range(90), "male"))
    assert Thresholds.from_json(thresholds.to_json()) == thresholds
    assert Thresholds.from_dict(json.loads(json.dumps(thresholds.to_dict()))) == thresholds
    assert Thresholds.from_json(Thresholds().to_json()) == Thresholds()
    for text in ("{}", "no JSON", "[1]", '{"energy_dbfs": [1], "speed_sps": null, "pitch_hz": {}}'):
        with pytest.raises(ZooError, match="no thresholds of cue levels"):
            Thresholds.from_json(text)
