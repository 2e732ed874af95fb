"""Loading published language models, and the nano family's sizes."""

import json
import os
from pathlib import Path

import pytest
import torch

from zoo.core.errors import ZooError
from zoo.core.registry import backbones

REAL = Path(os.environ.get("ZOO_WEIGHTS", "/nowhere")) / "smollm2-135m-instruct"
needs_weights = pytest.mark.skipif(
    not REAL.is_dir(), reason="set ZOO_WEIGHTS to a folder that holds smollm2-135m-instruct/"
)


@pytest.mark.parametrize("name", ["qwen3-nano", "llama-nano"])
def test_nano_is_as_large_as_it_says(name: str) -> None:
    backbone = backbones.build(name)
    assert sum(p.numel() for p in backbone.parameters()) == backbones.entries[name].facts["parameters"]
    assert backbone.dim == 256


def test_a_folder_gives_its_weights_and_tokenizer_back(tmp_path: Path) -> None:
    torch.manual_seed(0)
    made = backbones.build("llama-test")
    made.language_model.save_pretrained(tmp_path)
    made.tokenizer.save_pretrained(tmp_path)
    read = backbones.build("causal-lm", {"weights": str(tmp_path)})
    for key, value in made.state_dict().items():
        assert torch.equal(read.state_dict()[key], value), key
    assert (read.pad_id, read.end_ids, read.dim) == (made.pad_id, made.end_ids, made.dim)
    assert read.tokenizer.chat_template == made.tokenizer.chat_template
    given = backbones.build("qwen3-test", tokenizer=tmp_path).tokenizer
    assert given.get_vocab() == made.tokenizer.get_vocab()


@pytest.mark.parametrize("name", ["causal-lm", "qwen3-nano"])  # the class itself, and one that takes its options over
def test_recipes_know_what_is_inside_a_lora(name: str) -> None:
    fields = backbones.entries[name].options["lora"].fields
    assert fields is not None
    assert {key: option.default for key, option in fields.items()} == {"rank": 16, "alpha": 32.0, "dropout": 0.0}


def test_causal_lm_without_weights_is_refused() -> None:
    with pytest.raises(ZooError, match="needs weights="):
        backbones.build("causal-lm")


def test_a_folder_that_holds_no_language_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZooError, match="is not a model folder"):
        backbones.build("causal-lm", {"weights": str(tmp_path)})


def published(folder: Path, tokenizer: bool = True) -> Path:
    """A folder with a small random model, as one published by others."""
    made = backbones.build("llama-test")
    made.language_model.save_pretrained(folder)
    if tokenizer:
        made.tokenizer.save_pretrained(folder)
    return folder


def test_what_does_not_fit_is_said_before_a_weight_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = published(tmp_path / "small-llama")
    (place / "model.safetensors").unlink()
    monkeypatch.setattr("zoo.core.memory.free_bytes", lambda: 100_000)
    with pytest.raises(ZooError) as told:
        backbones.build("causal-lm", {"weights": str(place)})
    assert str(told.value) == (
        "the 0 M parameters of small-llama in float32 need 0.0 GB of memory and 0.0 GB are free; take "
        "backbone.dtype=bfloat16 (0.0 GB), backbone.quantise=4 (0.0 GB) or a smaller model"
    )


@pytest.mark.parametrize(
    ("dtype", "bits", "wanted"),
    [
        (torch.float32, None, 537e6),
        (torch.bfloat16, None, 269e6),
        (torch.float32, 8, 220e6),
        (torch.bfloat16, 4, 110e6),
    ],
)
def test_a_model_is_weighed_by_its_configuration(
    dtype: torch.dtype, bits: int | None, wanted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import AutoConfig

    from zoo.backbones import weighing

    sizes = {"hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3}
    smollm2 = AutoConfig.for_model(
        "llama", **sizes, intermediate_size=1_536, vocab_size=49_152, tie_word_embeddings=True
    )
    weighed = []
    monkeypatch.setattr(weighing, "need", lambda wanted_bytes, what, *_, **__: weighed.append((wanted_bytes, what)))
    weighing.weigh(smollm2, dtype, bits, "SmolLM2")
    assert weighed[0][0] == pytest.approx(wanted, rel=0.01)
    assert weighed[0][1].startswith("the 135 M parameters of SmolLM2 in ")


def test_more_than_a_language_model_is_refused(tmp_path: Path) -> None:
    from transformers import Gemma3Config

    Gemma3Config().save_pretrained(tmp_path)
    with pytest.raises(ZooError, match="holds a gemma3 model, which is more than a language model"):
        backbones.build("causal-lm", {"weights": str(tmp_path)})


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    place = published(tmp_path, tokenizer=False)
    with pytest.raises(ZooError, match=r"holds no tokenizer; put the tokenizer\.json of the same model beside"):
        backbones.build("causal-lm", {"weights": str(place)})


def test_weights_of_another_width_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = published(tmp_path)
    said = json.loads((place / "config.json").read_text())
    (place / "config.json").write_text(json.dumps(said | {"intermediate_size": 80}))
    capfd.readouterr()
    with pytest.raises(ZooError) as told:
        backbones.build("causal-lm", {"weights": str(place)})
    assert str(told.value) == (
        f"the weights in {place} are of another width than its config.json says: 6 tensors, "
        "model.layers.0.mlp.down_proj.weight first, (32, 64) and not (32, 80); fetch both from one place"
    )
    assert "MISMATCH" not in "".join(capfd.readouterr())


def test_a_damaged_tokenizer_is_refused(tmp_path: Path) -> None:
    place = published(tmp_path)
    (place / "tokenizer.json").write_text("{")
    with pytest.raises(ZooError, match=r"the tokenizer in .* does not load"):
        backbones.build("causal-lm", {"weights": str(place)})


def test_a_tokenizer_without_a_pad_token_pads_with_its_end(tmp_path: Path) -> None:
    place = published(tmp_path)
    said = json.loads((place / "tokenizer_config.json").read_text())
    (place / "tokenizer_config.json").write_text(json.dumps({k: v for k, v in said.items() if k != "pad_token"}))
    read = backbones.build("causal-lm", {"weights": str(place)})
    assert read.pad_id == read.tokenizer.eos_token_id
    assert read.pad_id in read.end_ids


def test_an_unknown_dtype_is_refused_with_the_nearest() -> None:
    with pytest.raises(ZooError, match='there is no dtype "bfloat61"; did you mean "bfloat16"'):
        backbones.build("qwen3-test", {"dtype": "bfloat61"})


@needs_weights
def test_a_published_model_continues_as_its_library_does() -> None:
    backbone = backbones.build("smollm2-135m-instruct", {"weights": str(REAL), "dtype": "float32"}).eval()
    ids = backbone.tokenizer("The capital of France is", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        hidden, _ = backbone(
            backbone.embed(ids), torch.ones_like(ids, dtype=torch.bool), torch.arange(ids.shape[1])[None]
        )
        torch.testing.assert_close(backbone.logits(hidden), backbone.language_model(ids).logits, atol=1e-3, rtol=1e-4)
    assert backbone.tokenizer.decode(backbone.logits(hidden)[0, -1].argmax()).strip() == "Paris"
    assert backbone.tokenizer.convert_tokens_to_ids("<|im_end|>") in backbone.end_ids


@pytest.mark.parametrize("bias", [True, False])
def test_a_fused_lora_layer_computes_and_learns_what_pefts_own_does(bias):
    from peft import LoraConfig
    from peft.tuners.lora.layer import Linear

    from zoo.backbones.fused_lora import Fused

    torch.manual_seed(0)
    base = torch.nn.Linear(6, 5, bias=bias).double().requires_grad_(False)
    layer = Linear(base, "default", LoraConfig(r=3, lora_alpha=6.0), r=3, lora_alpha=6.0).double()
    torch.nn.init.normal_(layer.lora_B["default"].weight)
    x = torch.randn(2, 4, 6, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, 4, 5, dtype=torch.float64)
    found = []
    for kind in (Linear, Fused):
        layer.__class__ = kind
        layer.zero_grad()
        x.grad = None
        out = layer(x)
        (out * weights).sum().backward()
        found.append((out.detach(), x.grad, layer.lora_A["default"].weight.grad, layer.lora_B["default"].weight.grad))
        assert (type(out.grad_fn).__name__ == "_LayerBackward") == (kind is Fused)
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize("large", [True, False])
def test_decoding_on_a_cpu_changes_no_logits_and_leaves_no_trace(monkeypatch, large):
    monkeypatch.setattr("zoo.backbones.on_cpu.LARGE_BYTES", 0 if large else 1 << 40)
    torch.manual_seed(0)
    backbone = backbones.build("llama-test", {"lora": {"rank": 2}}).eval()
    embeds, mask = torch.randn(2, 5, backbone.dim), torch.ones(2, 5, dtype=torch.bool)
    positions = torch.arange(5).expand(2, 5)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with torch.no_grad():
            expected = backbone.logits(backbone(embeds, mask, positions)[0])
            with backbone.merged():
                assert torch.get_num_threads() == (2 if large else 1)
                found = backbone.logits(backbone(embeds, mask, positions)[0])
            again = backbone.logits(backbone(embeds, mask, positions)[0])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    assert torch.equal(again, expected)
    assert not any("forward" in vars(module) for module in backbone.modules())
