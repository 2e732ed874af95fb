"""Spectrograms with silence behind the wave equal the feature extractor's, up to its limit."""

import pytest
import torch

from zoo.encoders.padded_mel import SILENCE, padded_mel

LIMIT_S = 2


@pytest.fixture(scope="module")
def extractor():
    from transformers import WhisperFeatureExtractor

    return WhisperFeatureExtractor(feature_size=128, chunk_length=LIMIT_S)


# Whole frames and not; the last ones come so near the limit, 32,000 samples, that less silence is left, or none.
@pytest.mark.parametrize("samples", [640, 8_000, 8_001, 8_159, 31_300, 31_840, 31_841, 31_999, 32_000])
def test_it_equals_the_extractors_with_its_padding(samples, extractor):
    wave = torch.randn(samples, generator=torch.Generator().manual_seed(1)) * torch.linspace(0, 1, samples) ** 4
    told = extractor(wave.numpy(), sampling_rate=16_000, return_attention_mask=True, return_tensors="pt")
    theirs, size = told["input_features"][0], int(told["attention_mask"].sum())
    mel, ours = padded_mel(wave, 128, LIMIT_S)
    assert ours == size
    assert mel.shape[1] == min(size + SILENCE, LIMIT_S * 100)
    torch.testing.assert_close(mel, theirs[:, : mel.shape[1]], atol=1e-5, rtol=0)
