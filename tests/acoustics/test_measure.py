import time
from importlib.util import find_spec

import numpy as np
import pytest
from signals import glide, padded, syllables, tone

from zoo.acoustics.measure import Measures, measure
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave
from zoo.core.registry import trackers

NO_PRAAT = pytest.mark.skipif(not find_spec("parselmouth"), reason="praat-parselmouth (GPL) is not installed")
TRACKERS = [pytest.param(name, marks=NO_PRAAT if name == "praat" else ()) for name in trackers.entries]


def test_the_trackers_are_found():
    assert {"swift-f0", "harvest", "praat"} <= set(trackers.entries)


@pytest.mark.parametrize("tracker", TRACKERS)
@pytest.mark.parametrize("harmonics", [(1,), range(1, 11), range(2, 11)], ids=["sine", "voice", "no fundamental"])
def test_a_220_hz_tone_has_f0_220(tracker, harmonics):
    if tracker == "harvest" and 1 in harmonics and len(harmonics) == 1:
        pytest.skip("Harvest asks for harmonics: it tells a voice from a whistle")
    if tracker == "harvest" and 1 not in harmonics:
        pytest.skip("Harvest filters around the fundamental, and calls a voice without one an octave too high")
    found = measure(tone(220, harmonics=harmonics), tracker)
    assert found.f0_median_hz == pytest.approx(220, rel=0.01)
    assert found.f0_reliable
    assert found.f0_range_st < 0.5
    assert found.contour_shape == "flat"


@pytest.mark.parametrize("tracker", TRACKERS)
def test_tracks_keep_their_promise(tracker):
    track = trackers.build(tracker).track(padded(tone(150, harmonics=range(1, 9)), 0.5, 0.5))
    assert isinstance(track, Track)
    assert len(track.times_s) == len(track.f0_hz)
    assert np.allclose(np.diff(track.times_s), track.hop_s)
    assert not track.voiced[track.times_s < 0.4].any()
    assert track.voiced[(track.times_s > 0.7) & (track.times_s < 1.3)].all()


@pytest.mark.parametrize("tracker", TRACKERS)
def test_gain_moves_energy_alone(tracker):
    wave = syllables(5, 1.5)
    soft = Wave(wave.samples * np.float32(10 ** (-30 / 20)))
    loud, quiet = measure(wave, tracker), measure(soft, tracker)
    assert quiet.energy_dbfs == pytest.approx(loud.energy_dbfs - 30, abs=0.01)
    assert quiet.f0_median_hz == pytest.approx(loud.f0_median_hz, rel=1e-3)
    assert quiet.n_syllables == loud.n_syllables


def test_a_full_scale_sine_is_3_db_below_full_scale():
    assert measure(tone(220, amplitude=1.0)).energy_dbfs == pytest.approx(
        -3.01, abs=0.15
    )  # the first and last frame are half empty


def test_padding_with_silence_moves_no_level():
    wave = syllables(5, 1.5)
    bare, wide = measure(wave), measure(padded(wave, 1.0, 8.0))
    assert wide.energy_dbfs == pytest.approx(bare.energy_dbfs, abs=0.01)
    assert wide.articulation_rate_sps == pytest.approx(bare.articulation_rate_sps, rel=0.02)
    assert wide.speech_s == pytest.approx(bare.speech_s, abs=0.02)
    assert wide.f0_median_hz == pytest.approx(bare.f0_median_hz, rel=0.01)


def test_noise_floor_and_ratio_are_what_was_put_in():
    noise = np.random.default_rng(0).normal(0, 10 ** (-60 / 20), 48_000)
    wave = Wave((padded(tone(220, amplitude=0.1), 1.0, 1.0).samples + noise).astype(np.float32))
    found = measure(wave)
    assert found.noise_floor_dbfs == pytest.approx(-60, abs=0.5)
    assert found.est_snr_db == pytest.approx(-23.0 + 60, abs=0.7)


def test_without_a_pause_nothing_is_said_of_the_noise():
    assert measure(tone(220)).noise_floor_dbfs is None


def test_a_click_does_not_hide_the_speech():
    samples = padded(syllables(5, 1.5, hz=150), 0.5, 0.5).samples * np.float32(0.02)
    bare = measure(Wave(samples.copy()))
    samples[1000:1010] = 1.0
    assert measure(Wave(samples)).n_syllables == bare.n_syllables == 5


def test_silence_gives_none():
    found = measure(Wave(np.zeros(16_000, dtype=np.float32)))
    numbers = found.to_dict()
    assert (numbers.pop("duration_s"), numbers.pop("speech_s"), numbers.pop("n_syllables")) == (1.0, 0.0, 0)
    assert numbers.pop("f0_reliable") is False
    assert set(numbers.values()) == {None}


def test_noise_has_no_pitch_and_no_contour():
    found = measure(Wave(np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32)))
    assert not found.f0_reliable
    assert found.contour_shape == "uncertain"


@pytest.mark.parametrize(
    ("corners_hz", "shape"),
    [
        ((120, 180), "rising"),
        ((180, 120), "falling"),
        ((120, 180, 120), "rising-falling"),
        ((180, 120, 180), "falling-rising"),
        ((150, 155), "flat"),
        ((100, 250, 100, 250, 100, 250), "expressive"),
    ],
)
@pytest.mark.parametrize("tracker", TRACKERS)
def test_glides_get_their_shapes(corners_hz, shape, tracker):
    assert measure(glide(corners_hz), tracker).contour_shape == shape


def test_a_glide_of_seven_semitones_is_measured_as_such():
    found = measure(glide((120, 120 * 2 ** (7 / 12))))
    assert found.f0_range_st == pytest.approx(0.9 * 7, abs=0.4)
    assert found.contour_delta_st == pytest.approx(0.75 * 7, abs=0.4)


def test_one_syllable_is_too_short_for_a_contour():
    assert measure(tone(150, 0.22, harmonics=range(1, 9))).contour_shape == "too_short"


@pytest.mark.parametrize("count", [3, 6, 9])
def test_syllables_are_counted(count):
    found = measure(syllables(count, 1.5))
    assert found.n_syllables == count
    assert found.articulation_rate_sps == pytest.approx(count / 1.5, rel=0.15)


def test_no_pace_is_given_where_it_cannot_be_trusted():
    assert measure(syllables(2, 0.4)).articulation_rate_sps is None
    assert measure(tone(220, 3.0, harmonics=range(1, 9))).articulation_rate_sps is None


def test_measures_survive_json():
    found = measure(syllables(4, 1.0))
    assert Measures.from_dict({"sha256": "left aside", **found.to_dict()}) == found


def test_an_unknown_tracker_names_the_nearest():
    with pytest.raises(Exception, match='did you mean "harvest"'):
        measure(tone(220), "harvset")


def test_three_seconds_take_far_less_than_a_second():
    wave = syllables(12, 3.0)
    measure(wave)
    start = time.process_time()
    measure(wave)
    assert time.process_time() - start < 0.3  # about 0.03 on an idle machine
