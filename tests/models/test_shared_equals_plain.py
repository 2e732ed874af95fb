"""Shared equals plain: one prompt read for a group, in any way, gives each answer's own loss and gradients."""

import gc
import weakref
from contextlib import nullcontext

import pytest
import torch

from zoo.backbones.backbone import Backbone, _say_once
from zoo.backbones.decoding import Grouped, Plain
from zoo.core.registry import backbones
from zoo.models.answer_states import _in_packs, _plain
from zoo.models.likelihood import likelihood
from zoo.models.packing import MOST_PADDING, packs
from zoo.models.rollout import _draw, sample
from zoo.models.speech_lm import Prompted
from zoo.models.tree import tree_hidden

TESTED = [name for name in backbones.entries if name.endswith("-test")]
PROMPTS, ANSWERS = [9, 4, 1], [5, 1, 3, 2, 5, 4, 1, 1, 2]
GROUP = len(ANSWERS) // len(PROMPTS)


def exact(monkeypatch, name: str, lora: bool, checkpointing: bool = False) -> Backbone:
    """A backbone in float64; the library's norm would round to float32 even then, so its cast is taken out.

    Its grouped product over experts takes no float64: they are gone through one by one.
    """
    torch.manual_seed(3)
    options = {"checkpointing": checkpointing, **({"lora": {"rank": 4}} if lora else {})}
    backbone = backbones.build(name, options).double().train()
    backbone.language_model.config._experts_implementation = "eager"
    for module in backbone.modules():
        if type(module).__name__.endswith("RMSNorm"):
            monkeypatch.setattr(type(module), "forward", _norm)
    for key, value in backbone.named_parameters():
        if "lora_B" in key:
            torch.nn.init.normal_(value, std=0.1)
    monkeypatch.setattr(Backbone, "logits", lambda self, hidden: self.language_model.get_output_embeddings()(hidden))
    return backbone


def _norm(self, hidden):
    weight = self.weight + 1 if type(self).__name__.startswith("Gemma") else self.weight
    eps = getattr(self, "variance_epsilon", None) or self.eps
    return weight * hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + eps)


def inputs(backbone: Backbone) -> tuple[Prompted, torch.Tensor, torch.Tensor]:
    """Left-padded prompts of different lengths, answers of different lengths."""
    numbers = torch.Generator().manual_seed(5)
    mask = torch.arange(max(PROMPTS)) >= max(PROMPTS) - torch.tensor(PROMPTS)[:, None]
    embeds = backbone.embed(torch.randint(8, 1_500, mask.shape, generator=numbers)).detach().requires_grad_(True)
    ids = torch.randint(8, 1_500, (len(ANSWERS), max(ANSWERS)), generator=numbers)
    return Prompted(embeds, mask), ids, torch.arange(max(ANSWERS)) < torch.tensor(ANSWERS)[:, None]


def plain(backbone, prompted, ids, mask):
    every = torch.arange(len(prompted.mask)).repeat_interleave(GROUP)
    states = _plain(backbone, prompted.rows(every), backbone.embed(ids[:, :-1]), mask[:, :-1])
    return states[mask]


def in_packs(backbone, prompted, ids, mask):
    parts = list(_in_packs(backbone, prompted, ids, mask))
    order = torch.cat([place for place, _ in parts]).argsort()
    return torch.cat([states for _, states in parts])[order]


def loss_and_gradients(way, backbone, prompted, ids, mask):
    backbone.zero_grad()
    prompted.embeds.grad = None
    scores = backbone.logits(way(backbone, prompted, ids, mask)).log_softmax(-1)
    weights = torch.linspace(-1, 1, len(scores), dtype=scores.dtype)
    loss = (scores.gather(-1, ids[mask][:, None])[:, 0] * weights).sum()
    loss.backward()
    found = {key: value.grad.clone() for key, value in backbone.named_parameters() if value.grad is not None}
    return loss.detach(), found | {"prompts": prompted.embeds.grad[prompted.mask].clone()}


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("lora", [True, False])
@pytest.mark.parametrize("name", TESTED)
def test_shared_equals_plain_in_loss_and_every_gradient(monkeypatch, name, lora, checkpointing):
    backbone = exact(monkeypatch, name, lora, checkpointing)
    prompted, ids, mask = inputs(backbone)
    loss, gradients = loss_and_gradients(plain, backbone, prompted, ids, mask)
    assert backbone.checkpoints == checkpointing
    for way in (tree_hidden,) if checkpointing else (tree_hidden, in_packs):
        theirs, theirs_gradients = loss_and_gradients(way, backbone, prompted, ids, mask)
        torch.testing.assert_close(theirs, loss, atol=1e-10, rtol=1e-10)
        assert theirs_gradients.keys() == gradients.keys()
        for key, value in gradients.items():
            torch.testing.assert_close(theirs_gradients[key], value, atol=1e-10, rtol=1e-8, msg=f"{way.__name__} {key}")


@pytest.mark.parametrize("lora", [True, False])
@pytest.mark.parametrize("name", TESTED)
def test_grouped_decoding_equals_plain_decoding(monkeypatch, name, lora):
    backbone = exact(monkeypatch, name, lora)
    if not backbone.shares_prompts:
        pytest.skip(f"{name} is decoded the plain way alone")
    prompted, ids, _ = inputs(backbone)
    with torch.no_grad():
        _, cache = backbone(prompted.embeds, prompted.mask, prompted.positions)
        ways = [kind(backbone, cache, prompted.mask, GROUP, ids.shape[1]) for kind in (Grouped, Plain)]
        for step in range(ids.shape[1]):
            logits = [way.step(ids[:, step]) for way in ways]
            torch.testing.assert_close(logits[0], logits[1], atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize("name", TESTED)
def test_a_chunk_of_logits_at_a_time_changes_nothing(monkeypatch, name):
    backbone = exact(monkeypatch, name, lora=True)
    prompted, ids, mask = inputs(backbone)
    whole = likelihood(backbone, prompted, ids, mask, temperature=0.7)
    whole.log_probs.sum().backward()
    before = {k: p.grad.clone() for k, p in backbone.named_parameters() if p.grad is not None}
    monkeypatch.setattr("zoo.models.likelihood.MOST_LOGITS", 5 * backbone.vocabulary)
    backbone.zero_grad()
    chunked = likelihood(backbone, prompted, ids, mask, temperature=0.7)
    chunked.log_probs.sum().backward()
    torch.testing.assert_close(chunked.log_probs, whole.log_probs)
    torch.testing.assert_close(chunked.entropy, whole.entropy)
    for key, value in before.items():
        torch.testing.assert_close(backbone.get_parameter(key).grad, value, atol=1e-10, rtol=1e-8)


@pytest.mark.parametrize("name", TESTED)
def test_bfloat16_is_right_to_its_own_precision(name):
    torch.manual_seed(3)
    backbone = backbones.build(name, {}).eval()
    prompted, ids, mask = inputs(backbone)
    with torch.no_grad():
        exactly = likelihood(backbone, prompted, ids, mask).log_probs
        half = likelihood(backbone.bfloat16(), prompted, ids, mask).log_probs
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, exactly, atol=0.1, rtol=0.02)


def test_a_model_with_a_sliding_window_says_so_once_and_samples_the_plain_way():
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1}
    config = AutoConfig.for_model("mistral", **sizes, intermediate_size=48, vocab_size=1_600, sliding_window=4)
    backbone = Backbone()
    backbone.language_model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa").eval()
    backbone.dim, backbone.pad_id, backbone.end_ids = 32, 0, (1_599,)
    prompted, _, _ = inputs(backbone)
    _say_once.cache_clear()
    with pytest.warns(UserWarning, match="Mistral.* each answer reads its own prompt"):
        rollout = sample(backbone, prompted, GROUP, max_new_tokens=7, generator=torch.Generator().manual_seed(1))
    scored = likelihood(backbone, prompted, rollout.ids, rollout.mask)
    torch.testing.assert_close(scored.log_probs[rollout.mask], rollout.log_probs[rollout.mask], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("spread", [(96, 96), (5, 96), (1, 200), (90, 96)])
def test_packs_hold_every_answer_once_with_little_padding(spread):
    lengths = torch.randint(spread[0], spread[1] + 1, (64,), generator=torch.Generator().manual_seed(2))
    found = packs(lengths)
    assert sorted(torch.cat(found).tolist()) == list(range(64))
    places = sum(int(lengths[rows].max()) * len(rows) for rows in found)
    assert lengths.sum() >= (1 - MOST_PADDING) * places
    if spread[0] > 80:
        assert len(found) == 1


def test_a_draw_follows_the_probabilities_and_never_takes_what_has_none():
    probabilities = torch.tensor([[0.5, 0.0, 0.3, 0.2, 0.0]]).repeat(20_000, 1)
    drawn = _draw(probabilities, torch.Generator().manual_seed(4))
    shares = torch.bincount(drawn, minlength=5) / len(drawn)
    assert shares[1] == shares[4] == 0
    torch.testing.assert_close(shares, probabilities[0], atol=0.015, rtol=0)


@pytest.mark.parametrize("autocast", [False, True])
def test_sampling_and_scoring_agree(autocast):
    torch.manual_seed(0)
    backbone = backbones.build("qwen3-test", {"lora": {"rank": 4}}).eval()
    prompted, _, _ = inputs(backbone)
    with torch.autocast("cpu", torch.bfloat16) if autocast else nullcontext(), torch.no_grad():
        with backbone.merged():
            rollout = sample(backbone, prompted, 2, max_new_tokens=6, generator=torch.Generator().manual_seed(1))
        scored = likelihood(backbone, prompted, rollout.ids, rollout.mask).log_probs
    torch.testing.assert_close(scored, rollout.log_probs, atol=0.1 if autocast else 1e-4, rtol=0.02)


@pytest.mark.parametrize("whole", [False, True])
def test_a_decoders_cache_is_freed_with_it_and_fixed_shapes_change_nothing(monkeypatch, whole):
    backbone = exact(monkeypatch, "qwen3-test", lora=True)
    prompted, ids, _ = inputs(backbone)
    monkeypatch.setattr(Grouped, "whole", whole)
    gc.disable()  # what needs the collector keeps a GPU's memory until it comes
    try:
        with torch.no_grad():
            _, cache = backbone(prompted.embeds, prompted.mask, prompted.positions)
            fixed, plain = (k(backbone, cache, prompted.mask, GROUP, ids.shape[1]) for k in (Grouped, Plain))
            for step in range(ids.shape[1]):
                torch.testing.assert_close(fixed.step(ids[:, step]), plain.step(ids[:, step]), atol=1e-10, rtol=1e-10)
        held = weakref.ref(fixed.cache)
        del fixed
        assert held() is None
    finally:
        gc.enable()
