import numpy as np
import pytest
import soundfile

from zoo.acoustics.clipping import clipped_share
from zoo.acoustics.wave import read_wave

RATE_HZ = 16_000


def noise(gain=1.0, seed=0):
    return gain * np.random.default_rng(seed).normal(0, 0.1, 2 * RATE_HZ).astype(np.float32)


def test_flat_tops_are_counted_at_any_level():
    speech = np.convolve(noise(5), np.ones(8) / 8, "same")  # smooth enough to stay above a limit for samples
    limit = float(np.quantile(np.abs(speech), 0.95))
    share = clipped_share(np.clip(speech, -limit, limit)[:, None])
    assert 0.01 < share < 0.06
    assert clipped_share(0.2 * np.clip(speech, -limit, limit)[:, None]) == pytest.approx(share)


def test_what_is_not_clipped_has_none():
    tone = np.sin(2 * np.pi * 150 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    assert clipped_share(tone[:, None]) == 0
    assert clipped_share(noise()[:, None]) == 0
    assert clipped_share(np.zeros((100, 1), np.float32)) == 0


def test_a_file_is_judged_as_decoded_by_its_worst_channel(tmp_path):
    tone = np.sin(2 * np.pi * 150 * np.arange(48_000) / 48_000)
    soundfile.write(tmp_path / "a.wav", np.stack([0.3 * tone, np.clip(2 * tone, -1, 1)], 1), 48_000)
    assert read_wave(tmp_path / "a.wav").clipped_share > 0.5
