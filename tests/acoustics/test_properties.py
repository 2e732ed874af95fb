"""What must hold of every measurement, whatever the voice: the physics of it."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from signals import glide, padded, syllables, tone
from voices import voice

from zoo.acoustics.measure import measure, measure_parts
from zoo.acoustics.swift import SwiftTracker, _detector
from zoo.acoustics.tracker import CEILING_HZ, FLOOR_HZ, at_full_scale
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.legend import SAMPLE_RATE_HZ

LEVELS = ("energy_dbfs", "f0_median_hz", "f0_p5_hz", "f0_p95_hz", "articulation_rate_sps")
DBFS = {"energy_dbfs", "noise_floor_dbfs"}


def spoken(seconds=1.6, noise_dbfs=-70.0):
    """Syllables under a falling tune, in a quiet room."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    swell = (0.05 + np.sin(np.pi * 4 * t) ** 2).astype(np.float32)
    samples = padded(Wave(glide((220, 150), seconds).samples * swell * np.float32(2.0)), 0.4, 0.4).samples
    noise = np.random.default_rng(0).normal(0, 10 ** (noise_dbfs / 20), len(samples))
    return Wave((samples + noise).astype(np.float32))


@pytest.mark.parametrize(("before_s", "after_s"), [(0.0, 2.0), (2.0, 0.0), (0.7, 9.3), (0.1234, 0.0567)])
def test_padding_with_silence_moves_no_level(before_s, after_s):
    wave = spoken()
    bare, wide = measure(wave), measure(padded(wave, before_s, after_s))
    for name in LEVELS:
        assert getattr(wide, name) == pytest.approx(getattr(bare, name), rel=0.02), name
    assert wide.noise_floor_dbfs == pytest.approx(bare.noise_floor_dbfs, abs=0.3)
    assert (wide.contour_shape, wide.contour_dynamics) == (bare.contour_shape, bare.contour_dynamics)
    assert wide.hnr_db == pytest.approx(bare.hnr_db, abs=0.5)


@pytest.mark.parametrize("gain_db", [-40.0, -6.0, 9.0])
def test_gain_moves_dbfs_by_the_gain_and_nothing_else(gain_db):
    wave = spoken()
    bare = measure(wave)
    loud = measure(Wave(wave.samples * np.float32(10 ** (gain_db / 20))))
    for name, value in bare.to_dict().items():
        found = getattr(loud, name)
        if name in DBFS:
            assert found == pytest.approx(value + gain_db, abs=0.01), name
        elif isinstance(value, float):
            assert found == pytest.approx(value, rel=1e-3, abs=1e-4), name
        else:
            assert found == value, name


def test_a_pause_is_no_valley_in_the_contour():
    rise = glide((120, 170), 1.2).samples
    half = len(rise) // 2
    paused = Wave(np.concatenate([rise[:half], np.zeros(SAMPLE_RATE_HZ // 2, np.float32), rise[half:]]))
    whole = measure(Wave(rise))
    found = measure(paused)
    assert found.contour_shape == whole.contour_shape == "rising"
    assert found.contour_delta_st == pytest.approx(whole.contour_delta_st, abs=0.4)
    level = measure(Wave(np.concatenate([tone(150, 0.6, 0.3, range(1, 9)).samples, np.zeros(8000, np.float32)] * 2)))
    assert level.contour_shape == "flat"


@pytest.mark.parametrize("tilt_db", [-12.0, -6.0, 6.0])
def test_spectral_tilt_moves_no_f0(tilt_db):
    wave = padded(glide((130, 190, 120), 1.5), 0.2, 0.2)
    spectrum = np.fft.rfft(wave.samples)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(wave.samples), 1 / SAMPLE_RATE_HZ), 60.0) / 1000)
    tilted = np.fft.irfft(spectrum * 10 ** (tilt_db * octaves / 20), len(wave.samples))
    bare, found = measure(wave), measure(Wave((tilted * 0.3 / np.abs(tilted).max()).astype(np.float32)))
    assert found.f0_median_hz == pytest.approx(bare.f0_median_hz, rel=0.02)
    assert found.f0_range_st == pytest.approx(bare.f0_range_st, abs=0.6)
    assert found.contour_shape == bare.contour_shape


@pytest.mark.parametrize("hz", [110, 160, 220])
def test_a_missing_fundamental_is_found(hz):
    found = measure(tone(hz, harmonics=range(2, 12)))
    assert found.f0_median_hz == pytest.approx(hz, rel=0.01)


def test_a_220_hz_tone_has_220_hz():
    assert measure(tone(220)).f0_median_hz == pytest.approx(220, rel=0.005)


@pytest.mark.parametrize("right", [1.0, 0.0], ids=["both", "one dead"])
def test_stereo_equals_mono(tmp_path, right):
    wave = spoken()
    soundfile.write(tmp_path / "mono.wav", wave.samples, SAMPLE_RATE_HZ, "FLOAT")
    both = np.stack([wave.samples, wave.samples * np.float32(right)], axis=1)
    soundfile.write(tmp_path / "stereo.wav", both, SAMPLE_RATE_HZ, "FLOAT")
    assert measure(read_wave(tmp_path / "stereo.wav")) == measure(read_wave(tmp_path / "mono.wav"))


def noises():
    rng = np.random.default_rng(3)
    white = rng.normal(size=48_000)
    rumble = np.cumsum(white) - np.cumsum(np.full(48_000, white.mean()))
    swelling = white * (0.02 + np.sin(np.pi * 4 * np.arange(48_000) / SAMPLE_RATE_HZ) ** 2)
    drops = white * (rng.random(48_000) < 0.01)
    return {"white": white, "rumble": rumble, "swelling": swelling, "rain": drops}


@pytest.mark.parametrize("kind", noises())
def test_noise_alone_has_no_pitch_no_contour_and_no_pace(kind):
    samples = noises()[kind]
    found = measure(Wave((0.3 * samples / np.abs(samples).max()).astype(np.float32)))
    assert found.f0_reliable is False
    assert (found.contour_shape, found.contour_dynamics) == ("uncertain", None)
    assert (found.articulation_rate_sps, found.speaking_rate_sps) == (None, None)
    assert (found.jitter, found.shimmer, found.hnr_db) == (None, None, None)


def test_fifty_milliseconds_carry_no_judgement():
    found = measure(voice(200, seconds=0.05 + 1 / 200)[0])
    assert found.f0_reliable is False
    assert found.contour_shape in ("too_short", "uncertain")
    assert (found.articulation_rate_sps, found.jitter, found.contour_dynamics) == (None, None, None)


def test_a_clipped_voice_keeps_its_pitch(tmp_path):
    clean = padded(glide((130, 190), 1.2), 0.2, 0.2)
    clipped = replace(clean, samples=np.clip(clean.samples * 8, -0.5, 0.5))
    bare, found = measure(clean), measure(clipped)
    assert found.f0_median_hz == pytest.approx(bare.f0_median_hz, rel=0.01)
    assert found.contour_shape == bare.contour_shape
    soundfile.write(tmp_path / "clipped.wav", clipped.samples, SAMPLE_RATE_HZ, "PCM_16")
    read = read_wave(tmp_path / "clipped.wav")
    assert read.clipped_share > 0.1
    assert measure(read).shimmer is None
    assert measure(read).jitter is not None


@pytest.mark.parametrize(
    ("range_st", "dynamics"), [(1.5, "flat"), (5.0, "normal"), (8.5, "normal"), (12.0, "expressive")]
)
def test_dynamics_are_the_width_of_the_contour(range_st, dynamics):
    wide_st = range_st / 0.9  # the range leaves out the outer tenths
    assert measure(glide((120, 120 * 2 ** (wide_st / 12)), 1.6)).contour_dynamics == dynamics


def test_tracking_only_the_speech_finds_what_tracking_all_finds():
    wave = padded(spoken(), 1.0, 1.0)
    measures, track, levels = measure_parts(wave)
    whole = SwiftTracker().track(wave)
    assert len(whole.f0_hz) == len(track.f0_hz)
    near = levels.speech[np.clip(np.round(track.times_s / 0.01).astype(int), 0, len(levels.speech) - 1)]
    assert near.any()
    assert np.allclose(track.f0_hz[near], whole.f0_hz[near], rtol=1e-4, equal_nan=True)
    assert measures == measure(wave)


def test_a_long_wave_in_pieces_is_what_the_package_itself_detects():
    wave = Wave(np.tile(spoken().samples, 6))
    found = _detector().detect(at_full_scale(wave), SAMPLE_RATE_HZ, fmin=FLOOR_HZ, fmax=CEILING_HZ)
    expected = np.where(found.confidence >= 0.5, found.pitch_hz, np.nan)
    assert np.allclose(SwiftTracker().track(wave).f0_hz, expected, rtol=1e-4, equal_nan=True)


def test_syllables_stay_when_they_are_played_twice():
    once = padded(syllables(5, 1.5), 0.3, 0.3)
    assert measure(Wave(np.tile(once.samples, 2))).n_syllables == 2 * measure(once).n_syllables
