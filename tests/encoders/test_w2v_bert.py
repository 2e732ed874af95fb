"""w2v-BERT: the library's own mel bands and the library's own forward, alone and beside longer audio."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import SeamlessM4TFeatureExtractor

from zoo.core.registry import encoders
from zoo.encoders.w2v_bert import mel_bands


@pytest.mark.parametrize("samples", [560, 700, 16_000, 33_333])
def test_mel_bands_are_the_librarys_without_what_it_masks(samples: int) -> None:
    # Rising, since a band that hardly moves is divided by a tiny spread, and its last digit differs between processors.
    wave = (np.random.default_rng(1).normal(0, 1, samples) * np.geomspace(0.001, 0.1, samples)).astype(np.float32)
    theirs = SeamlessM4TFeatureExtractor()(wave, sampling_rate=16_000, return_tensors="pt")
    kept = theirs.input_features[0][theirs.attention_mask[0].bool()]
    ours = mel_bands(torch.from_numpy(wave))
    assert ours.shape == kept.shape == ((1 + (samples - 400) // 160) // 2, 160)
    torch.testing.assert_close(ours, kept, atol=5e-4, rtol=1e-3)


def test_mel_bands_keep_their_precision_under_autocast() -> None:
    wave = 0.1 * torch.randn(16_000, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        mixed = mel_bands(wave)
    assert torch.equal(mixed, mel_bands(wave))


def test_a_batch_equals_the_librarys_forward_with_its_mask() -> None:
    torch.manual_seed(0)
    encoder = encoders.build("w2v-bert-test").eval()
    waves, lengths = torch.randn(2, 9_000), torch.tensor([9_000, 5_000])
    bands = [mel_bands(row[:length]) for row, length in zip(waves, lengths, strict=True)]
    padded = torch.nn.utils.rnn.pad_sequence(bands, batch_first=True)
    with torch.no_grad():
        frames, mask = encoder(waves, lengths)
        theirs = encoder.net(padded, attention_mask=mask).last_hidden_state
    assert mask.sum(1).tolist() == [len(row) for row in bands]
    torch.testing.assert_close(frames[mask], theirs[mask], atol=1e-5, rtol=0)


def test_a_folder_gives_its_weights_back_without_the_last_layer(tmp_path: Path) -> None:
    torch.manual_seed(0)
    whole = encoders.build("w2v-bert-test").eval()
    whole.net.save_pretrained(tmp_path)
    torch.manual_seed(1)  # other weights, were they drawn and not read
    part = encoders.build("w2v-bert-2.0", {"layers": 2, "weights": str(tmp_path)}).eval()
    for key, value in part.net.state_dict().items():
        assert torch.equal(value, whole.net.state_dict()[key]), key
    assert len(part.net.encoder.layers) == 2
