"""The joined model: batched equals single, a prompt read once serves all its answers, sampling agrees with scoring."""

from dataclasses import replace

import pytest
import torch

from tests.models.conftest import EMOTIONS
from zoo.adapters.linear import Linear
from zoo.core.errors import ZooError
from zoo.core.registry import adapters, backbones
from zoo.models.build import build_model
from zoo.models.likelihood import likelihood
from zoo.models.rollout import sample
from zoo.text.prompt import AUDIO, Prompt

TESTED = [name for name in backbones.entries if name.endswith("-test")]


def prompted(model, waves):
    return model.prompt(model.listen(waves), [EMOTIONS] * len(waves))


@pytest.mark.parametrize("backbone", TESTED)
@pytest.mark.parametrize("frozen", [True, False])
def test_batched_equals_single(sections, waves, backbone, frozen):
    sections["backbone"]["name"] = backbone
    sections["encoder"]["frozen"] = frozen
    model = build_model(sections).eval()
    with torch.no_grad():
        together = prompted(model, waves)
        hidden, _ = model.backbone(together.embeds, together.mask, together.positions)
        for row, wave in enumerate(waves):
            alone = prompted(model, [wave])
            torch.testing.assert_close(together.embeds[row][together.mask[row]], alone.embeds[0], atol=1e-5, rtol=0)
            single, _ = model.backbone(alone.embeds, alone.mask, alone.positions)
            torch.testing.assert_close(hidden[row, -1], single[0, -1], atol=1e-5, rtol=0)


def test_another_clip_changes_the_logits(model, waves):
    with torch.no_grad():
        prompts = [prompted(model, [wave]) for wave in (waves[0], -waves[0].flip(0))]
        one, other = (model.backbone(p.embeds, p.mask, p.positions)[0][0, -1] for p in prompts)
    assert (one - other).abs().max() > 1e-4


def test_answers_scored_over_a_shared_prompt_equal_answers_scored_in_full(model, waves):
    """Loss and gradient of G answers on one prefix equal those of B * G full sequences."""
    model.train()
    prompt = prompted(model, waves)
    ids = torch.randint(8, 1000, (6, 5), generator=torch.Generator().manual_seed(3))
    mask = torch.arange(5) < torch.tensor([5, 3, 1, 4, 5, 2])[:, None]
    shared = likelihood(model.backbone, prompt, ids, mask).log_probs
    trained = [p for p in model.parameters() if p.requires_grad]
    ours = torch.autograd.grad(shared.sum(), trained, allow_unused=True)

    prompt = prompted(model, waves)
    embeds = torch.cat([prompt.embeds.repeat_interleave(2, 0), model.backbone.embed(ids)], 1)
    seen = torch.cat([prompt.mask.repeat_interleave(2, 0), mask], 1)
    hidden, _ = model.backbone(embeds, seen, (seen.cumsum(1) - 1).clamp(min=0))
    logits = model.backbone.logits(hidden[:, -6:-1])
    plain = logits.log_softmax(-1).gather(-1, ids[..., None])[..., 0] * mask
    theirs = torch.autograd.grad(plain.sum(), trained, allow_unused=True)

    torch.testing.assert_close(shared, plain, atol=1e-5, rtol=0)
    assert any(g is not None and g.abs().max() > 0 for g in ours)
    for one, other in zip(ours, theirs, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_sampling_and_scoring_give_the_same_log_probabilities(model, waves, temperature):
    prompt = prompted(model, waves)
    generator = torch.Generator().manual_seed(4)
    rollout = sample(model.backbone, prompt, 3, max_new_tokens=7, temperature=temperature, generator=generator)
    scored = likelihood(model.backbone, prompt, rollout.ids, rollout.mask, temperature=temperature)
    assert rollout.ids.shape[0] == 9
    torch.testing.assert_close(scored.log_probs, rollout.log_probs, atol=1e-4, rtol=0)


def test_greedy_is_the_likeliest_token_and_the_seed_decides_the_sample(model, waves):
    prompt = prompted(model, waves[:1])
    greedy = sample(model.backbone, prompt, 2, max_new_tokens=4, temperature=0.0)
    assert torch.equal(greedy.ids[0], greedy.ids[1])
    hidden, _ = model.backbone(prompt.embeds, prompt.mask, prompt.positions)
    assert greedy.ids[0, 0] == model.backbone.logits(hidden[0, -1]).argmax()

    def drawn(seed):
        generator = torch.Generator().manual_seed(seed)
        return sample(model.backbone, prompt, 4, max_new_tokens=6, generator=generator).ids

    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))


def test_nothing_is_counted_after_an_answers_end(model, waves):
    prompt = prompted(model, waves)
    model.backbone.end_ids = tuple(range(0, 2_000, 3))  # a third of the vocabulary ends an answer: lengths differ
    rollout = sample(model.backbone, prompt, 4, max_new_tokens=12, generator=torch.Generator().manual_seed(5))
    ends = torch.isin(rollout.ids, torch.tensor(model.backbone.end_ids)) & rollout.mask
    for row in range(len(rollout.ids)):
        length = int(rollout.mask[row].sum())
        assert rollout.mask[row, :length].all()
        assert bool(ends[row].any()) == bool(rollout.ended[row])
        if rollout.ended[row]:
            assert ends[row].nonzero()[0].item() == length - 1
    assert len(set(rollout.mask.sum(1).tolist())) > 1


def test_top_p_keeps_the_nucleus_alone(model, waves):
    prompt = prompted(model, waves[:1])
    greedy = sample(model.backbone, prompt, 1, max_new_tokens=3, temperature=0.0)
    narrow = sample(model.backbone, prompt, 5, max_new_tokens=3, top_p=1e-6, generator=torch.Generator().manual_seed(1))
    assert (narrow.ids == greedy.ids).all()


def test_a_frozen_encoder_runs_once_an_utterance(model, waves, monkeypatch):
    first = model.frames(waves)
    monkeypatch.setattr(model.encoder, "forward", lambda *_: pytest.fail("encoded again"))
    again = model.frames([wave.clone() for wave in waves])
    assert torch.equal(first[0], again[0])


def test_frames_on_disk_serve_the_same_encoder_with_the_same_weights_alone(sections, waves, monkeypatch, tmp_path):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))
    first, second, third = (build_model(sections) for _ in range(3))
    second.load_state_dict(first.state_dict())
    for model in (first, second, third):
        model.requires_grad_(False)
        model.frame_cache.keep_on_disk(model.encoder)
    expected = first.frames(waves)[0]
    assert not torch.equal(third.frames(waves)[0], expected)
    monkeypatch.setattr(second.encoder, "forward", lambda *_: pytest.fail("encoded again"))
    assert torch.equal(second.frames(waves)[0], expected)
    broken = next(first.frame_cache.folder.glob("*.npy"))
    broken.write_bytes(broken.read_bytes()[:100])
    first.frame_cache._frames.clear()
    assert torch.equal(first.frames(waves)[0], expected)  # encoded once more, and mended
    assert not list(tmp_path.rglob("*.half"))


def test_the_frame_cache_is_bounded(model, waves):
    model.frame_cache.limit_bytes = 10_000
    model.frames(waves)
    assert model.frame_cache.held_bytes <= 10_000


def test_the_prompt_splits_where_the_audio_stands(model):
    before, after = Prompt().ids(model.backbone.tokenizer, EMOTIONS)
    text = model.backbone.tokenizer.decode(before) + AUDIO + model.backbone.tokenizer.decode(after)
    assert text.count(AUDIO) == 1
    assert "angry, sad, happy" in text
    assert text.endswith("<|im_start|>assistant\n")


@pytest.mark.parametrize("lost", ["frames", "tokens"])
def test_a_wave_of_which_no_audio_reaches_the_backbone_is_refused(model, waves, monkeypatch, lost):
    assert model.prosody.tokens_dim is not None  # its cue tokens would still make a prompt
    part = model.encoder if lost == "frames" else model._adapter
    forward = part.forward

    def loses(*given):
        made, mask = forward(*given)
        left = 0 if lost == "frames" else given[2].shape[1]  # the cue tokens
        return made[:, :left], mask[:, :left]

    monkeypatch.setattr(part, "forward", loses)
    with pytest.raises(ZooError, match="gave no audio tokens, so its answer would be made of the prompt alone"):
        model.listen(waves)


def test_a_template_without_a_system_turn_keeps_the_words(model):
    tokenizer = model.backbone.tokenizer
    tokenizer.chat_template = (
        "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{% for m in messages %}[{{ m['content'] }}]{% endfor %}"
    )
    before, _ = Prompt(system="Say it.").ids(tokenizer, EMOTIONS)
    assert tokenizer.decode(before) == "[Say it.\n\n"


def test_a_template_that_drops_the_audio_is_refused(model):
    model.backbone.tokenizer.chat_template = "nothing"
    with pytest.raises(ZooError, match="does not keep the audio's place"):
        Prompt().ids(model.backbone.tokenizer, EMOTIONS)


def test_an_adapter_that_takes_no_affect_is_named(monkeypatch):
    class Plain(Linear):
        def __init__(self, *, in_dim: int, out_dim: int, cue_dim: int | None = None) -> None:
            super().__init__(in_dim=in_dim, out_dim=out_dim, cue_dim=cue_dim)

    entry = replace(adapters.entry("linear"), told=frozenset({"in_dim", "out_dim", "cue_dim"}))
    monkeypatch.setitem(adapters.entries, "linear", entry)
    monkeypatch.setattr("zoo.adapters.linear.Linear", Plain)
    sections = {"encoder": "whisper-test", "prosody": "frame-cues", "adapter": "linear", "backbone": "qwen3-test"}
    told = {part: {"name": name} for part, name in sections.items()}
    build_model(told)
    with pytest.raises(ZooError, match="adapter linear takes no affect"):
        build_model({**told, "prosody": {"name": "frame-cues", "affect": 8}})
