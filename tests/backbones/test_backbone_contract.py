"""Every backbone keeps its promises; the small random members stand for their class."""

from contextlib import suppress

import pytest
import torch

from zoo.backbones.backbone import Backbone
from zoo.core.errors import ZooError
from zoo.core.registry import backbones

TESTED = [name for name in backbones.entries if name.endswith("-test")]
PROMPTS = [7, 4, 1]
GROUP, ANSWER = 3, 5


def build(name: str, lora: bool = True) -> Backbone:
    """A backbone whose LoRA, if any, does something: a fresh one adds zero."""
    torch.manual_seed(3)
    backbone = backbones.build(name, {"lora": {"rank": 4}} if lora else {}).eval()
    for key, value in backbone.named_parameters():
        if "lora_B" in key:
            torch.nn.init.normal_(value, std=0.1)
    return backbone


def prompts(backbone: Backbone) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Prompts of unequal length, padded on the left: embeddings, mask, positions."""
    longest = max(PROMPTS)
    ids = torch.randint(8, 2_000, (len(PROMPTS), longest), generator=torch.Generator().manual_seed(5))
    mask = torch.arange(longest) >= longest - torch.tensor(PROMPTS)[:, None]
    return backbone.embed(ids).detach(), mask, (mask.cumsum(1) - 1).clamp(min=0)


def answers() -> torch.Tensor:
    return torch.randint(8, 2_000, (len(PROMPTS) * GROUP, ANSWER), generator=torch.Generator().manual_seed(6))


def loss_of(backbone: Backbone, hidden: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    return -backbone.logits(hidden).log_softmax(-1).gather(-1, ids[..., None]).mean()


@pytest.mark.parametrize("name", TESTED)
def test_left_padded_equals_single(name: str) -> None:
    backbone = build(name)
    embeds, mask, positions = prompts(backbone)
    embeds = torch.where(mask[..., None], embeds, 9.0)  # whatever lies in the padding
    hidden, _ = backbone(embeds, mask, positions)
    assert hidden.isfinite().all()
    for row, length in enumerate(PROMPTS):
        alone, _ = backbone(
            embeds[row : row + 1, -length:], torch.ones(1, length, dtype=torch.bool), torch.arange(length)[None]
        )
        torch.testing.assert_close(hidden[row, -length:], alone[0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("lora", [True, False])
@pytest.mark.parametrize("name", TESTED)
def test_groups_on_a_shared_prompt_equal_a_plain_forward_in_loss_and_gradients(name: str, lora: bool) -> None:
    backbone, ids = build(name, lora), answers()
    embeds, mask, positions = prompts(backbone)
    embeds.requires_grad_(True)  # as the adapter's audio tokens are
    whole_mask = torch.cat([mask.repeat_interleave(GROUP, 0), torch.ones_like(ids, dtype=torch.bool)], 1)
    later = positions[:, -1:].repeat_interleave(GROUP, 0) + 1 + torch.arange(ANSWER)

    def gradients(loss: torch.Tensor) -> dict[str, torch.Tensor]:
        backbone.zero_grad()
        embeds.grad = None
        loss.backward()
        found = {key: value.grad.clone() for key, value in backbone.named_parameters() if value.grad is not None}
        return found | {"embeds": embeds.grad.clone()}

    _, cache = backbone(embeds, mask, positions)
    hidden, _ = backbone(
        backbone.embed(ids),
        whole_mask,
        later,
        backbone.rows(cache, torch.arange(len(PROMPTS)).repeat_interleave(GROUP)),
    )
    shared = loss_of(backbone, hidden, ids)
    shared_gradients = gradients(shared)

    everything = torch.cat([embeds.repeat_interleave(GROUP, 0), backbone.embed(ids)], 1)
    everywhere = torch.cat([positions.repeat_interleave(GROUP, 0), later], 1)
    hidden, _ = backbone(everything, whole_mask, everywhere)
    plain = loss_of(backbone, hidden[:, -ANSWER:], ids)
    plain_gradients = gradients(plain)

    torch.testing.assert_close(shared, plain, atol=1e-5, rtol=0)
    assert shared_gradients.keys() == plain_gradients.keys()
    for key, gradient in plain_gradients.items():
        torch.testing.assert_close(shared_gradients[key], gradient, atol=1e-5, rtol=1e-4, msg=key)


@pytest.mark.parametrize("name", TESTED)
def test_a_cache_serves_twice_and_token_by_token(name: str) -> None:
    backbone, ids = build(name), answers()
    embeds, mask, positions = prompts(backbone)
    later = positions[:, -1:].repeat_interleave(GROUP, 0) + 1 + torch.arange(ANSWER)
    whole_mask = torch.cat([mask.repeat_interleave(GROUP, 0), torch.ones_like(ids, dtype=torch.bool)], 1)
    with torch.no_grad():
        _, cache = backbone(embeds, mask, positions)
        first, _ = backbone(
            backbone.embed(ids),
            whole_mask,
            later,
            backbone.rows(cache, torch.arange(len(PROMPTS)).repeat_interleave(GROUP)),
        )
        grown, steps = backbone.rows(cache, torch.arange(len(PROMPTS)).repeat_interleave(GROUP)), []
        for step in range(ANSWER):
            until = whole_mask[:, : mask.shape[1] + step + 1]
            hidden, grown = backbone(backbone.embed(ids[:, step : step + 1]), until, later[:, step : step + 1], grown)
            steps.append(hidden)
    torch.testing.assert_close(torch.cat(steps, 1), first, atol=1e-5, rtol=0)
    assert cache.get_seq_length() == max(PROMPTS)


@pytest.mark.parametrize("name", TESTED)
def test_the_reference_is_the_same_weights_without_lora(name: str) -> None:
    plain, backbone = build(name, lora=False), build(name)
    shared = dict(plain.named_parameters())
    for key, value in backbone.named_parameters():
        if "lora_" not in key:
            value.data = shared[key.replace(".base_layer", "")].data
    inputs = prompts(backbone)
    with torch.no_grad():
        policy = backbone(*inputs)[0]
        with backbone.without_lora():
            reference = backbone(*inputs)[0]
        assert torch.equal(backbone(*inputs)[0], policy)
        assert torch.equal(reference, plain(*inputs)[0])
    assert (policy - reference).abs().max() > 0.1
    with pytest.raises(ZooError, match="no LoRA to switch off"), plain.without_lora():
        pass


@pytest.mark.parametrize("name", TESTED)
def test_merging_changes_no_number_and_comes_back_bit_for_bit(name: str) -> None:
    backbone = build(name)
    before = {key: value.clone() for key, value in backbone.state_dict().items()}
    trained = [key for key, value in backbone.named_parameters() if value.requires_grad]
    inputs = prompts(backbone)
    with torch.no_grad():
        policy = backbone(*inputs)[0]
        with backbone.merged():
            torch.testing.assert_close(backbone(*inputs)[0], policy, atol=1e-4, rtol=1e-4)
            with pytest.raises(ZooError, match="merged already"), backbone.without_lora():
                pass
        with suppress(InterruptedError), backbone.merged():
            raise InterruptedError  # sampling that fails leaves no trace either
        assert torch.equal(backbone(*inputs)[0], policy)
    assert all(torch.equal(value, before[key]) for key, value in backbone.state_dict().items())
    assert [key for key, value in backbone.named_parameters() if value.requires_grad] == trained


@pytest.mark.parametrize("name", TESTED)
def test_lora_is_on_every_linear_layer_of_the_blocks_and_trained_alone(name: str) -> None:
    backbone = build(name)
    trained = {key for key, value in backbone.named_parameters() if value.requires_grad}
    assert all("lora_" in key and ".layers." in key for key in trained)
    layers = {key.split(".lora_")[0] for key in trained}
    linear = {k for k, m in build(name, lora=False).named_modules() if isinstance(m, torch.nn.Linear)}
    assert layers == {key for key in linear if ".layers." in key}
    assert len(layers) >= 2 * 4  # two blocks; q, k and v may be one layer, gate and up too
    loss_of(
        backbone, backbone(*prompts(backbone))[0], torch.zeros(len(PROMPTS), max(PROMPTS), dtype=torch.long)
    ).backward()
    assert all(value.grad is not None for key, value in backbone.named_parameters() if key in trained)


@pytest.mark.parametrize("name", TESTED)
def test_states_its_width_and_gives_float32_logits(name: str) -> None:
    torch.manual_seed(0)
    backbone = backbones.build(name, {"dtype": "bfloat16", "lora": {"rank": 2}}).eval()
    embeds, mask, positions = prompts(backbone)
    hidden, _ = backbone(embeds.float(), mask, positions)  # as they are with a float32 adapter's tokens among them
    logits = backbone.logits(hidden[:, -1])
    assert hidden.shape == (len(PROMPTS), max(PROMPTS), backbone.dim)
    assert hidden.dtype == torch.bfloat16
    assert logits.dtype == torch.float32
    assert logits.shape == (len(PROMPTS), 2_000)
    assert {value.dtype for key, value in backbone.named_parameters() if "lora_" in key} == {torch.float32}


def test_every_class_has_a_tested_member_and_every_name_a_licence() -> None:
    tested = {backbones.entries[name].thing for name in TESTED}
    for name, entry in backbones.entries.items():
        assert any(issubclass(member, entry.thing) for member in tested), f"{name} has no -test member of its class"
        assert name.endswith(("-test", "-nano")) or entry.facts["licence"], name
