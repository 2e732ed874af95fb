import numpy as np
import pytest
from signals import padded, tone
from voices import voice

from zoo.acoustics.measure import measure
from zoo.acoustics.quality import Quality, quality
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave


def heard(wave, hz):
    """The quality of a wave under a track that says `hz` throughout."""
    times_s = np.arange(int(wave.duration_s / 0.01)) * 0.01
    return quality(wave, Track(times_s, np.full(len(times_s), float(hz)), 0.01))


@pytest.mark.parametrize("hz", [90, 130, 210])
@pytest.mark.parametrize("put_in", [0.003, 0.01, 0.02])
def test_jitter_is_what_was_put_in(hz, put_in):
    wave, jitter, _ = voice(hz, jitter=put_in)
    assert heard(wave, hz).jitter == pytest.approx(jitter, rel=0.2, abs=0.0006)


@pytest.mark.parametrize("hz", [90, 130, 210])
@pytest.mark.parametrize("put_in", [0.03, 0.08])
def test_shimmer_is_what_was_put_in(hz, put_in):
    wave, _, shimmer = voice(hz, shimmer=put_in)
    found = heard(wave, hz)
    assert found.shimmer == pytest.approx(shimmer, rel=0.15)
    assert found.jitter < 0.002


def test_two_heights_in_turn_have_the_shimmer_of_a_hand_calculation():
    at = np.arange(32_000)
    samples = np.where(at % 160 == 0, np.where(at // 160 % 2, 0.3, 0.33), 0.0)
    samples = np.convolve(samples, np.hanning(41), "same").astype(np.float32)
    assert heard(Wave(samples), 100).shimmer == pytest.approx(0.03 / 0.315, rel=0.01)
    assert heard(Wave(samples), 100).jitter == pytest.approx(0.0, abs=1e-4)


def test_two_periods_in_turn_have_the_jitter_of_a_hand_calculation():
    samples = np.zeros(32_000)
    samples[np.cumsum(np.tile([158, 162], 99))] = 0.3
    samples = np.convolve(samples, np.hanning(41), "same").astype(np.float32)
    assert heard(Wave(samples), 100).jitter == pytest.approx(4 / 160, rel=0.01)


@pytest.mark.parametrize("hz", [90, 130, 210])
@pytest.mark.parametrize("put_in", [5, 10, 20, 25])
def test_the_ratio_to_noise_is_what_was_put_in(hz, put_in):
    wave, _, _ = voice(hz, hnr_db=put_in)
    assert heard(wave, hz).hnr_db == pytest.approx(put_in, abs=0.8)


def test_gain_and_a_constant_offset_move_no_quality():
    wave, _, _ = voice(jitter=0.01, shimmer=0.05, hnr_db=20)
    bare = heard(wave, 120)
    for other in (wave.samples * np.float32(0.05), wave.samples + np.float32(0.2)):
        found = heard(Wave(other), 120)
        assert found.jitter == pytest.approx(bare.jitter, rel=1e-3)
        assert found.shimmer == pytest.approx(bare.shimmer, rel=1e-2)
        assert found.hnr_db == pytest.approx(bare.hnr_db, abs=0.02)


def test_silence_between_two_halves_is_no_jitter():
    wave, _, _ = voice(jitter=0.002, seconds=1.0)
    both = Wave(np.concatenate([padded(wave, 0.3, 0.5).samples, padded(wave, 0.0, 0.3).samples]))
    assert measure(both).jitter == pytest.approx(measure(padded(wave, 0.3, 0.3)).jitter, rel=0.1)


def test_too_few_cycles_and_no_voice_say_nothing():
    assert heard(voice(seconds=0.2)[0], 120) == Quality()
    silent = Track(np.arange(100) * 0.01, np.full(100, np.nan), 0.01)
    assert quality(tone(120), silent) == Quality()
    noise = Wave(np.random.default_rng(0).normal(0, 0.1, 32_000).astype(np.float32))
    found = measure(noise)
    assert (found.jitter, found.shimmer, found.hnr_db) == (None, None, None)
    under = heard(noise, 120)  # even where a track is made to say that noise is voiced
    assert under.jitter is None
    assert under.hnr_db < 3
