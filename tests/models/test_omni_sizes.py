"""The sizes that are stated of the omni models, counted without a weight; and the benchmark at full size."""

import torch

from benchmarks import omni_step
from zoo.core.registry import backbones, encoders

QWEN2_AUDIO = {"hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32}


def count(module: torch.nn.Module) -> int:
    return sum(value.numel() for name, value in module.named_parameters() if "lora_" not in name)


def test_the_benchmark_builds_the_models_that_the_registry_states():
    for size in omni_step.THINKERS:
        model = omni_step.random_model(size, {"backbone": {"lora": {"rank": 16}}}, "meta")
        name = f"qwen2.5-omni-{size}"
        assert count(model.encoder) == encoders.entries[name].facts["parameters"]
        assert count(model.backbone) == backbones.entries[name].facts["parameters"]
        dtypes = {value.dtype for key, value in model.backbone.named_parameters() if "lora_" not in key}
        assert dtypes == {torch.bfloat16}
        lora = sum(value.numel() for value in model.parameters() if value.requires_grad)
        assert lora == {"3b": 29_933_568, "7b": 40_370_176}[size]


def test_qwen2_audio():
    from transformers import Qwen2Config, Qwen2ForCausalLM

    with torch.device("meta"):
        encoder = encoders.entry("qwen2-audio-7b-instruct").thing(config={})
        sizes = Qwen2Config(**QWEN2_AUDIO, intermediate_size=11008, vocab_size=156032, tie_word_embeddings=False)
        language_model = Qwen2ForCausalLM(sizes)
    assert count(encoder) == encoders.entries["qwen2-audio-7b-instruct"].facts["parameters"]
    assert count(language_model) == backbones.entries["qwen2-audio-7b-instruct"].facts["parameters"]


def test_voxtral():
    from transformers import LlamaConfig, LlamaForCausalLM, VoxtralConfig

    mini = VoxtralConfig().text_config  # the library's own defaults are its sizes
    small = LlamaConfig(**(mini.to_dict() | {"hidden_size": 5120, "intermediate_size": 32768, "num_hidden_layers": 40}))
    for name, sizes in (("voxtral-mini-3b", mini), ("voxtral-small-24b", small)):
        with torch.device("meta"):
            encoder, language_model = encoders.entry(name).thing(config={}), LlamaForCausalLM(sizes)
        assert count(encoder) == encoders.entries[name].facts["parameters"]
        assert count(language_model) == backbones.entries[name].facts["parameters"]


def test_a_step_at_test_size_says_seconds_and_memory(capsys):
    import json

    arguments = ["--size", "test", "--steps", "1", "--new-tokens", "4", "--seconds", "1", "--json"]
    assert omni_step.main(arguments) == 0
    found = json.loads(capsys.readouterr().out.strip().split("\n")[-1])
    assert found["seconds_a_step"] > 0
    assert found["peak_gb"] > 0
    assert {"listening", "sampling", "reference", "update", "backward"} <= found["phases"].keys()


def test_without_a_gpu_a_full_size_is_refused(capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert omni_step.main([]) == 1
    assert "there is no GPU here; --size test takes the same way" in capsys.readouterr().err
