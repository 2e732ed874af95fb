"""Whisper at its own length: the library's own numbers, and nothing dropped from long audio."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import WhisperFeatureExtractor, WhisperModel
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from zoo.core.errors import ZooError
from zoo.core.registry import encoders
from zoo.encoders.log_mel import log_mel

REAL = Path(os.environ.get("ZOO_WEIGHTS", "/nowhere")) / "whisper-base"
needs_weights = pytest.mark.skipif(not REAL.is_dir(), reason="set ZOO_WEIGHTS to a folder that holds whisper-base/")


@pytest.mark.parametrize("bands", [80, 128])
@pytest.mark.parametrize("samples", [400, 16_000, 33_333])
def test_log_mel_is_the_librarys_without_padding(bands: int, samples: int) -> None:
    wave = np.random.default_rng(1).normal(0, 0.1, samples).astype(np.float32)
    library = WhisperFeatureExtractor(feature_size=bands)
    theirs = library(wave, sampling_rate=16_000, padding=False, return_tensors="np").input_features[0]
    ours = log_mel(torch.from_numpy(wave), bands)
    assert ours.shape == theirs.shape == (bands, samples // 160)
    torch.testing.assert_close(ours, torch.from_numpy(theirs), atol=1e-5, rtol=0)


def test_log_mel_keeps_its_precision_under_autocast() -> None:
    wave = 0.1 * torch.randn(16_000, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        mixed = log_mel(wave, 80)
    assert torch.equal(mixed, log_mel(wave, 80))


def test_thirty_seconds_equal_the_librarys_own_encoder() -> None:
    torch.manual_seed(0)
    ours = encoders.build("whisper-test").eval()
    wave = 0.1 * torch.randn(1, 30 * 16_000)
    theirs = WhisperEncoder(ours.net.config).eval()
    theirs.load_state_dict(ours.net.state_dict())
    with torch.no_grad():
        frames, _ = ours(wave, torch.tensor([wave.shape[1]]))
        expected = theirs(log_mel(wave[0], 80)[None]).last_hidden_state
    torch.testing.assert_close(frames, expected, atol=1e-5, rtol=0)


def test_long_audio_is_encoded_window_after_window() -> None:
    torch.manual_seed(0)
    encoder = encoders.build("whisper-test", {"layers": 1}).eval()
    wave, window = 0.1 * torch.randn(1, 31 * 16_000), 30 * 16_000
    with torch.no_grad():
        whole, _ = encoder(wave, torch.tensor([wave.shape[1]]))
        head, _ = encoder(wave[:, :window], torch.tensor([window]))
        tail, _ = encoder(wave[:, window:], torch.tensor([16_000]))
    assert whole.shape[1] == 31 * 50
    torch.testing.assert_close(whole, torch.cat([head, tail], 1), atol=1e-5, rtol=0)


def test_a_folder_keeps_its_first_layers_and_lacks_what_it_has_not(tmp_path: Path) -> None:
    torch.manual_seed(0)
    whole = encoders.build("whisper-test", {"mix": True}).eval()
    whole.net.save_pretrained(tmp_path)
    part = encoders.build("whisper-base", {"layers": 2, "weights": str(tmp_path)}).eval()
    for key, value in part.net.state_dict().items():
        assert torch.equal(value, whole.net.state_dict()[key]), key
    with pytest.raises(ZooError, match="has 3 layers; choose 1 to 3"):
        encoders.build("whisper-base", {"layers": 5, "weights": str(tmp_path)})

    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "encoder_layers": 4}))
    with pytest.raises(ZooError, match=r"tensors are missing or of another shape, layers\.3\."):
        encoders.build("whisper-base", {"weights": str(tmp_path)})


@needs_weights
def test_three_layers_of_whisper_base_equal_the_librarys_hidden_state() -> None:
    ours = encoders.build("whisper-base", {"layers": 3, "weights": str(REAL)}).eval()
    theirs = WhisperModel.from_pretrained(REAL).encoder.eval()
    wave = 0.1 * torch.sin(2 * torch.pi * 220 * torch.arange(30 * 16_000) / 16_000) * torch.rand(30 * 16_000)
    with torch.no_grad():
        frames, mask = ours(wave[None], torch.tensor([len(wave)]))
        states = theirs(log_mel(wave, 80)[None], output_hidden_states=True).hidden_states
    assert mask.all()
    torch.testing.assert_close(frames, states[3], atol=1e-4, rtol=1e-4)
