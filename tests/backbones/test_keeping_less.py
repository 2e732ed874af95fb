"""Feed-forward layers and norms that keep less, and every gradient as the library's own layers give it."""

import copy

import pytest
import torch
from torch.profiler import ProfilerActivity, profile

from zoo.backbones import keeping_less
from zoo.core.registry import backbones

GATED = ["llama-test", "qwen3-test", "gemma3-test", "smollm3-test", "mistral-test", "qwen2.5-omni-test"]


def layers(backbone, forward=None):
    """The layers that keep less, or of these the feed-forward layers or the norms alone."""
    ours = {forward} if forward else {keeping_less._gated, keeping_less._norm}
    return [m for m in backbone.modules() if type(m).forward in ours]


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
    assert layers(ours, keeping_less._gated), "the family's feed-forward layers are of another make"
    assert layers(ours, keeping_less._norm), "the family's norms are of another make"
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


@pytest.mark.parametrize(
    ("forward", "into", "spared"),
    [(keeping_less._gated, 32, 2 * 64), (keeping_less._norm, 32, 32)],
    ids=["two of four wide activations", "what a norm multiplies by its weights"],
)
def test_less_is_left_by_a_forward_pass(forward, into, spared):
    layer = layers(backbones.build("qwen3-test").train(), forward)[-1]
    x = torch.randn(1, 1_000, into, requires_grad=True)
    lean = left_by(layer, x)
    layer.__class__ = type(layer).__mro__[1]
    assert left_by(layer, x) - lean == pytest.approx(4 * 1_000 * spared, rel=0.01)


def test_blocks_that_are_computed_again_keep_the_librarys_layers():
    assert not layers(backbones.build("qwen3-test", {"checkpointing": True}))
