"""Every prosody head keeps its promises."""

import pytest
import torch

from zoo.acoustics.cues import LEVELS
from zoo.core.errors import ZooError
from zoo.core.registry import prosody_heads
from zoo.prosody.affect import Affect
from zoo.prosody.head import CLASSES, ProsodyHead

LENGTHS = [9, 4, 1]


def build(name: str, **options: object) -> ProsodyHead:
    torch.manual_seed(3)
    head = prosody_heads.build(name, options, in_dim=12).eval()
    for value in head.parameters():  # as if trained: a fresh norm's bias is zero and hides what leaks
        torch.nn.init.normal_(value, std=0.3)
    return head


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    mask = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    return torch.randn(len(LENGTHS), max(LENGTHS), 12, generator=generator), mask


@pytest.mark.parametrize("name", prosody_heads.entries)
def test_batched_equals_single_whatever_lies_in_the_padding(name: str) -> None:
    head, (frames, mask) = build(name, tokens=True), batch()
    logits, tokens = head(frames, mask), head.tokens(frames, mask)
    for row, length in enumerate(LENGTHS):
        alone = frames[row : row + 1, :length], mask[row : row + 1, :length]
        torch.testing.assert_close(head.tokens(*alone)[0], tokens[row], atol=1e-5, rtol=0)
        for cue, answer in head(*alone).items():
            torch.testing.assert_close(answer[0], logits[cue][row], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", prosody_heads.entries)
def test_one_logit_for_every_level_and_one_for_cant_tell(name: str) -> None:
    logits = build(name)(*batch())
    assert {cue: tuple(value.shape) for cue, value in logits.items()} == {
        cue: (len(LENGTHS), classes) for cue, classes in CLASSES.items()
    }
    assert list(logits) == list(LEVELS)


@pytest.mark.parametrize("name", prosody_heads.entries)
def test_tokens_are_as_wide_as_stated_or_refused(name: str) -> None:
    head = build(name, tokens=True, hidden=24)
    assert head.tokens(*batch()).shape == (len(LENGTHS), len(LEVELS), head.tokens_dim)
    assert head.tokens_dim == 24
    silent = build(name)
    assert silent.tokens_dim is None
    with pytest.raises(ZooError, match='set "tokens: true"'):
        silent.tokens(*batch())


@pytest.mark.parametrize("name", prosody_heads.entries)
def test_affect_knows_the_whole_utterance_and_no_padding(name: str) -> None:
    head, (frames, mask) = build(name, affect=5, hidden=24), batch()
    assert build(name).affect is None
    assert head.affect is not None
    told = head.affect(frames, mask)
    assert told.shape == (len(LENGTHS), head.affect.dim) == (len(LENGTHS), 5)
    alone = head.affect(frames[1:2, : LENGTHS[1]], mask[1:2, : LENGTHS[1]])
    torch.testing.assert_close(alone[0], told[1], atol=1e-5, rtol=0)
    assert (head.affect(frames + mask[..., None], mask) != told).all(1).all()


def test_an_affect_less_than_nothing_wide_is_refused() -> None:
    with pytest.raises(ZooError, match="affect is -1; it is a width"):
        build("frame-cues", affect=-1)


def test_affect_forgets_in_what_units_frames_come_once_it_is_settled() -> None:
    (frames, mask), units = batch(), torch.logspace(0, 4, 12)
    found = []
    for told in (frames, frames * units):
        torch.manual_seed(3)
        affect = Affect(12, 8, 4, 0.0)
        affect.settle(affect.pool(told, mask))
        found.append(affect(told, mask))
    torch.testing.assert_close(found[0], found[1], atol=2e-2, rtol=0)
    before = affect.center.clone()
    affect.settle(torch.zeros(4, 24))
    assert torch.equal(affect.center, before)  # a checkpoint's stays


@pytest.mark.parametrize("name", prosody_heads.entries)
def test_gradients_reach_every_parameter_and_stay_finite(name: str) -> None:
    head, (frames, mask) = build(name), batch()
    sum((logits.logsumexp(1) - logits[:, 0]).sum() for logits in head(frames, mask).values()).backward()
    assert [key for key, value in head.named_parameters() if value.grad is None] == []
    assert all(value.grad.isfinite().all() for value in head.parameters())


def test_a_head_can_learn_where_in_an_utterance_a_cue_lies() -> None:
    torch.manual_seed(0)
    head = prosody_heads.build("frame-cues", {"hidden": 16}, in_dim=8)
    target = torch.arange(40) % 2
    frames = torch.randn(40, 12, 8)
    frames[target == 1, 5, 0] += 4.0  # one frame of twelve tells
    optimizer = torch.optim.Adam(head.parameters(), lr=0.02)
    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(head(frames, torch.ones(40, 12, dtype=torch.bool))["pitch"], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1
