"""wav2vec 2.0, HuBERT and WavLM, driven module by module, give what the library's own forward gives."""

from pathlib import Path

import pytest
import torch

from zoo.core.registry import encoders

pytestmark = pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")  # WavLM's own
NAMES = ["wav2vec2-test", "hubert-test", "wavlm-test"]


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
