"""Gated feed-forward layers: half the memory, and every gradient as the library's own layers give it."""

import copy

import pytest
import torch
from torch.profiler import ProfilerActivity, profile

from zoo.backbones import gated_mlp
from zoo.core.registry import backbones

GATED = ["llama-test", "qwen3-test", "gemma3-test", "smollm3-test", "mistral-test", "qwen2.5-omni-test"]


def layers(backbone):
    return [m for m in backbone.modules() if type(m).forward is gated_mlp._forward]


def made_plain(backbone):
    for layer in layers(backbone):
        layer.__class__ = type(layer).__mro__[1]
    return backbone


def gradients(backbone):
    torch.manual_seed(1)
    embeds = torch.randn(2, 5, backbone.dim)
    places = torch.arange(5).expand(2, 5)
    hidden, _ = backbone(embeds, torch.ones(2, 5, dtype=torch.bool), places, keep=False)
    backbone.logits(hidden).square().mean().backward()
    return {n: p.grad for n, p in backbone.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("lora", [None, {"rank": 4, "alpha": 8.0}])
@pytest.mark.parametrize("name", GATED)
def test_gradients_are_the_librarys_to_the_bit(name, lora):
    torch.manual_seed(0)
    ours = backbones.build(name, {"lora": lora}).train()
    assert layers(ours), "the family's layers are of another make: it keeps everything"
    theirs = made_plain(copy.deepcopy(ours))
    got, wanted = gradients(ours), gradients(theirs)
    assert got.keys() == wanted.keys()
    assert all(torch.equal(got[n], wanted[n]) for n in wanted)


def left_by(layer, x):
    """Bytes that a forward pass leaves allocated, its output among them."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        out = layer(x)
    assert out.requires_grad
    return sum(event.self_cpu_memory_usage for event in seen.events())


def test_two_of_four_wide_activations_are_kept():
    layer = layers(backbones.build("qwen3-test").train())[0]
    x = torch.randn(1, 1_000, layer.gate_proj.in_features)
    wide = 4 * 1_000 * layer.gate_proj.out_features
    lean = left_by(layer, x)
    layer.__class__ = type(layer).__mro__[1]
    assert left_by(layer, x) - lean == pytest.approx(2 * wide, rel=0.01)


def test_blocks_that_are_computed_again_keep_the_librarys_layers():
    assert not layers(backbones.build("qwen3-test", {"checkpointing": True}))
