"""Every adapter keeps its promises."""

import pytest
import torch

from zoo.adapters.adapter import Adapter
from zoo.core.errors import ZooError
from zoo.core.registry import adapters

LENGTHS = [13, 8, 5, 1]
WIDTH, CUE_WIDTH, CUES = 6, 3, 4


def build(name: str, cue_dim: int | None = None, affect_dim: int | None = None, **options: object) -> Adapter:
    torch.manual_seed(3)
    widths = {"in_dim": WIDTH, "out_dim": WIDTH, "cue_dim": cue_dim, "affect_dim": affect_dim}
    adapter = adapters.build(name, options, **widths).eval()
    for value in adapter.parameters():  # as if trained: a fresh norm's bias is zero and hides what leaks
        torch.nn.init.normal_(value, std=0.3)
    return adapter


def batch() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    mask = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    frames = torch.randn(len(LENGTHS), max(LENGTHS), WIDTH, generator=generator)
    return frames, mask, torch.randn(len(LENGTHS), CUES, CUE_WIDTH, generator=generator)


@pytest.mark.parametrize("with_cues", [False, True])
@pytest.mark.parametrize("name", adapters.entries)
def test_batched_equals_single_whatever_lies_in_the_padding(name: str, with_cues: bool) -> None:
    adapter, (frames, mask, cues) = build(name, CUE_WIDTH if with_cues else None), batch()
    tokens, kept = adapter(frames, mask, cues if with_cues else None)
    assert kept.dtype == torch.bool
    assert (kept.int().diff(dim=1) <= 0).all(), "data first, padding last"
    assert (tokens[~kept] == 0).all()
    for row, length in enumerate(LENGTHS):
        one = slice(row, row + 1)
        alone, whole = adapter(frames[one, :length], mask[one, :length], cues[one] if with_cues else None)
        assert whole.all()
        assert kept[row].sum() == alone.shape[1] == -(-length // adapter.stride) + CUES * with_cues
        torch.testing.assert_close(tokens[row][kept[row]], alone[0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", adapters.entries)
def test_cue_tokens_come_first_and_each_depends_on_its_own_cue(name: str) -> None:
    adapter, (frames, mask, cues) = build(name, CUE_WIDTH), batch()
    tokens, _ = adapter(frames, mask, cues)
    changed = cues.clone()
    changed[:, 2] += 1
    differs = (adapter(frames, mask, changed)[0] != tokens).any(-1).any(0)
    assert differs.nonzero().flatten().tolist() == [2]


@pytest.mark.parametrize(("cue_dim", "given"), [(None, True), (CUE_WIDTH, False)])
@pytest.mark.parametrize("name", adapters.entries)
def test_cues_without_a_width_and_a_width_without_cues_are_refused(name: str, cue_dim: int | None, given: bool) -> None:
    frames, mask, cues = batch()
    with pytest.raises(ValueError, match="if and only if"):
        build(name, cue_dim)(frames, mask, cues if given else None)


@pytest.mark.parametrize("name", adapters.entries)
def test_gradients_reach_every_parameter(name: str) -> None:
    adapter, (frames, mask, cues) = build(name, CUE_WIDTH), batch()
    adapter(frames, mask, cues)[0].square().sum().backward()
    assert [key for key, value in adapter.named_parameters() if value.grad is None] == []


@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("name", ["conv-mlp", "stack-mlp"])
def test_stride_is_an_option(name: str, stride: int) -> None:
    frames, mask, _ = batch()
    _, kept = build(name, stride=stride, hidden=16)(frames, mask)
    assert kept.sum(1).tolist() == [-(-length // stride) for length in LENGTHS]


def test_identity_needs_neighbours_of_one_width() -> None:
    with pytest.raises(ZooError, match="the encoder's frames are 512 wide and the backbone's embeddings 256"):
        adapters.build("identity", in_dim=512, out_dim=256)
    frames, mask, _ = batch()
    assert torch.equal(build("identity")(frames, mask)[0], frames * mask[..., None])


@pytest.mark.parametrize("name", adapters.entries)
def test_hidden_frames_leave_cues_and_affect_and_all_of_the_others(name: str) -> None:
    adapter, (frames, mask, cues) = build(name, CUE_WIDTH, affect_dim=2), batch()
    affect = torch.randn(len(LENGTHS), 2, generator=torch.Generator().manual_seed(1))
    hidden = torch.tensor([True, False, True, False])
    told, kept = adapter(frames, mask, cues, affect, hidden)
    assert torch.equal(told[~hidden], adapter(frames, mask, cues, affect)[0][~hidden])
    assert torch.equal(told[hidden], adapter(-frames, mask, cues, affect, hidden)[0][hidden]), "nothing of the frames"
    assert (told[kept] != 0).any(-1).all(), "affect is told all the same"


@pytest.mark.parametrize("name", adapters.entries)
def test_affect_is_told_by_every_token_of_the_frames_and_by_no_cue(name: str) -> None:
    adapter, (frames, mask, cues) = build(name, CUE_WIDTH, affect_dim=2), batch()
    affect = torch.randn(len(LENGTHS), 2, generator=torch.Generator().manual_seed(1))
    tokens, kept = adapter(frames, mask, cues, affect)
    changed = (adapter(frames, mask, cues, affect + 1)[0] != tokens).any(-1)
    assert torch.equal(changed[:, CUES:], kept[:, CUES:])
    assert not changed[:, :CUES].any()
    with pytest.raises(ValueError, match="affect_dim"):
        adapter(frames, mask, cues)
    with pytest.raises(ValueError, match="affect_dim"):
        build(name)(frames, mask, None, affect)
