import numpy as np
import pytest
import soundfile
from signals import tone

from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError


def write(path, samples, rate_hz=16_000, **options):
    soundfile.write(path, samples, rate_hz, **options)
    return path


@pytest.mark.parametrize(
    ("name", "rate_hz", "options"),
    [
        ("a.wav", 16_000, {}),
        ("a.wav", 8_000, {}),
        ("a.wav", 48_000, {"subtype": "PCM_24"}),
        ("a.wav", 44_101, {"subtype": "FLOAT"}),
        ("a.flac", 44_100, {}),
        ("a.ogg", 48_000, {}),
    ],
)
def test_any_format_and_rate_becomes_the_same_16_khz_wave(tmp_path, name, rate_hz, options):
    t = np.arange(rate_hz) / rate_hz
    wave = read_wave(write(tmp_path / name, 0.3 * np.sin(2 * np.pi * 220 * t), rate_hz, **options))
    assert wave.rate_hz == 16_000
    assert wave.samples.dtype == np.float32
    assert abs(len(wave.samples) - 16_000) <= 2
    middle, expected = slice(1000, 15_000), tone(220).samples
    assert np.abs(wave.samples[middle] - expected[middle]).max() < 0.02


def test_stereo_is_mono_and_a_dead_channel_is_ignored(tmp_path):
    mono = tone(220).samples
    for other in (mono, np.zeros_like(mono), -mono):
        wave = read_wave(write(tmp_path / "stereo.flac", np.stack([mono, other], axis=1)))
        assert np.abs(wave.samples - mono).max() < 1e-4


def test_fifty_milliseconds_are_enough_and_less_is_refused(tmp_path):
    assert len(read_wave(write(tmp_path / "a.wav", tone(220, 0.05).samples)).samples) == 800
    with pytest.raises(ZooError, match=r"short\.wav is 49 ms long, too short .* give at least 50 ms"):
        read_wave(write(tmp_path / "short.wav", tone(220, 0.049).samples))


def test_the_limit_is_told_before_decoding(tmp_path, monkeypatch):
    path = write(tmp_path / "long.flac", tone(220, 2.0).samples)
    assert read_wave(path, limit_s=2.0).duration_s == 2.0
    monkeypatch.setattr(soundfile.SoundFile, "read", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(ZooError, match=r"long\.flac is 2 s long, over the limit of 1 s; cut it into utterances"):
        read_wave(path, limit_s=1.0)


def test_ten_minutes_work(tmp_path):
    path = write(tmp_path / "ten.flac", np.tile(tone(220).samples, 600))
    assert read_wave(path).duration_s == 600


def test_no_file_a_folder_and_an_empty_file(tmp_path):
    with pytest.raises(ZooError, match=r"there is no file .*none\.wav; check the path"):
        read_wave(tmp_path / "none.wav")
    with pytest.raises(ZooError, match="is a folder; give an audio file in it"):
        read_wave(tmp_path)
    (tmp_path / "empty.wav").touch()
    with pytest.raises(ZooError, match=r"empty\.wav is empty \(0 bytes\)"):
        read_wave(tmp_path / "empty.wav")
    (tmp_path / "text.wav").write_text("not audio at all, but a line of text")
    with pytest.raises(ZooError, match=r"text\.wav cannot be read as audio .*ffmpeg"):
        read_wave(tmp_path / "text.wav")


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_cut_file_is_refused(tmp_path, name, share):
    noise = np.random.default_rng(0).normal(0, 0.1, 64_000)
    path = write(tmp_path / name, noise)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ZooError, match=r"cut short|cannot be read"):
        read_wave(path)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers(tmp_path, bad):
    samples = tone(220).samples.copy()
    samples[17] = bad
    with pytest.raises(ZooError, match="not finite numbers"):
        read_wave(write(tmp_path / "nan.wav", samples, subtype="FLOAT"))


@pytest.mark.parametrize("level", [0.0, 0.25])
def test_digital_silence_is_refused(tmp_path, level):
    with pytest.raises(ZooError, match="is digital silence; check how it was recorded"):
        read_wave(write(tmp_path / "silent.wav", np.full(16_000, level)))
