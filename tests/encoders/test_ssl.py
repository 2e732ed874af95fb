"""wav2vec 2.0, HuBERT, WavLM and data2vec, driven module by module, give what the library's own forward gives."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from zoo.core.registry import encoders

pytestmark = pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")  # WavLM's own
NAMES = ["wav2vec2-test", "hubert-test", "wavlm-test", "data2vec-audio-test"]


@pytest.mark.parametrize("name", NAMES)
def test_one_utterance_equals_the_librarys_forward(name: str) -> None:
    torch.manual_seed(0)
    encoder = encoders.build(name).eval()
    wave = torch.randn(1, 9_000)
    normal = (wave - wave.mean()) / (wave.var(correction=0) + 1e-7).sqrt()
    with torch.no_grad():
        frames, _ = encoder(wave, torch.tensor([9_000]))
        torch.testing.assert_close(frames, encoder.net(normal).last_hidden_state, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_gives_its_weights_back_without_the_last_layer(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    whole = encoders.build(name).eval()
    whole.net.save_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text('{"do_normalize": false}')
    torch.manual_seed(1)  # other weights, were they drawn and not read
    part = encoders.build("wavlm-base", {"layers": 2, "weights": str(tmp_path)}).eval()
    assert not part.normalises
    for key, value in part.net.state_dict().items():
        assert torch.equal(value, whole.net.state_dict()[key]), key
    assert len(part.net.encoder.layers) == 2


def test_weights_as_published_years_ago_are_read(tmp_path: Path) -> None:
    torch.manual_seed(0)
    made = encoders.build("wav2vec2-test").eval()
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    stored = {}
    for key, value in made.net.state_dict().items():
        for new, former in old.items():
            key = key.replace(new, former)
        stored[f"wav2vec2.{key}"] = value.contiguous()
    assert any(key.endswith("weight_g") for key in stored)
    save_file(stored | {"quantizer.codevectors": torch.zeros(2)}, tmp_path / "model.safetensors")
    made.net.config.save_pretrained(tmp_path)
    read = encoders.build("wav2vec2-base", {"weights": str(tmp_path)}).eval()
    wave, lengths = torch.randn(1, 4_000), torch.tensor([4_000])
    with torch.no_grad():
        assert torch.equal(read(wave, lengths)[0], made(wave, lengths)[0])
