"""Weights of 4 and 8 bits: refused where they cannot be, and where they can, frozen beside a LoRA that learns."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from zoo.backbones import quantised
from zoo.backbones.bpe import nano_tokenizer
from zoo.core.errors import ZooError
from zoo.core.registry import backbones

needs_bitsandbytes = pytest.mark.skipif(find_spec("bitsandbytes") is None, reason="pip install bitsandbytes to run it")
LORA = {"rank": 4}


@pytest.fixture
def published(tmp_path: Path) -> str:
    torch.manual_seed(0)
    sizes = {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 256}
    AutoModelForCausalLM.from_config(AutoConfig.for_model("llama", **sizes, vocab_size=2_000)).save_pretrained(tmp_path)
    nano_tokenizer().save_pretrained(tmp_path)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"quantise": 3, "lora": LORA}, "quantise=3 cannot be: weights have 4 or 8 bits"),
        ({"quantise": 4}, "weights of 4 bits cannot be trained themselves: give the backbone lora: {rank: 16}"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, object], said: str, published: str) -> None:
    with pytest.raises(ZooError) as told:
        backbones.build("causal-lm", {"weights": published, **options})
    assert str(told.value).startswith(said)


def test_without_bitsandbytes_it_is_said(published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantised, "find_spec", lambda _: None)
    with pytest.raises(ZooError, match="quantise=8 needs bitsandbytes: pip install bitsandbytes"):
        backbones.build("causal-lm", {"weights": published, "quantise": 8, "lora": LORA})


def test_a_random_model_is_not_packed() -> None:
    with pytest.raises(ZooError, match="quantise is for published weights"):
        backbones.build("llama-test", {"quantise": 4, "lora": LORA})


@pytest.mark.parametrize("bits", [4, 8])
def test_the_librarys_configuration_says_it(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantised, "find_spec", lambda _: True)
    made = quantised.packing(bits, True, torch.bfloat16)
    assert (made.load_in_4bit, made.load_in_8bit) == (bits == 4, bits == 8)
    if bits == 4:
        assert (made.bnb_4bit_quant_type, made.bnb_4bit_compute_dtype) == ("nf4", torch.bfloat16)


@needs_bitsandbytes
@pytest.mark.filterwarnings("ignore:MatMul8bitLt")
@pytest.mark.parametrize(("bits", "near"), [(4, 0.3), (8, 0.03)])
def test_packed_weights_compute_nearly_the_same_and_the_lora_learns(bits: int, near: float, published: str) -> None:
    plain = backbones.build("causal-lm", {"weights": published}).eval()
    packed = backbones.build("causal-lm", {"weights": published, "quantise": bits, "lora": LORA}).eval()
    inputs = torch.randn(2, 5, plain.dim), torch.ones(2, 5, dtype=torch.bool), torch.arange(5).expand(2, 5)
    with torch.no_grad():
        expected, found = plain(*inputs)[0], packed(*inputs)[0]
        with packed.merged():
            torch.testing.assert_close(packed(*inputs)[0], found, atol=1e-6, rtol=0)
        with packed.without_lora():
            torch.testing.assert_close(packed(*inputs)[0], found, atol=1e-6, rtol=0)  # a fresh LoRA adds nothing
    assert 0 < (found - expected).norm() / expected.norm() < near

    trained = [p for p in packed.parameters() if p.requires_grad]
    assert {name.split(".")[-2] for name, p in packed.named_parameters() if p.requires_grad} == {"default"}
    before = [p.detach().clone() for p in packed.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=1e-2)
    losses = []
    for _ in range(5):
        loss = -packed.logits(packed(*inputs)[0]).log_softmax(-1)[..., 7].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
    moved = [not torch.equal(p, old) for p, old in zip(packed.parameters(), before, strict=True)]
    assert moved == [p.requires_grad for p in packed.parameters()]
