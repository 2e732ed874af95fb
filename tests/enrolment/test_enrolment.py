"""Enrolment: what it subtracts, that padding and company change nothing, and what is said where there are no clips."""

import pytest
import torch

from zoo.core.errors import ZooError
from zoo.core.registry import enrolments

DIM = 6


@pytest.fixture(params=sorted(enrolments.entries))
def part(request):
    torch.manual_seed(0)
    part = enrolments.build(request.param, {"clips": 4}, dim=DIM)
    part.settle(torch.randn(20, DIM))
    return part


def batch(lengths):
    frames = torch.randn(len(lengths), max(lengths), DIM)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return frames * mask[..., None], mask


def test_batched_equals_single_and_padding_stays_zero(part):
    frames, mask = batch([5, 9])
    means, counts = torch.randn(2, DIM), torch.tensor([4, 1])
    whole = part(frames, mask, means, counts)
    assert whole.shape == frames.shape
    assert not whole[~mask].any()
    alone = part(frames[:1, :5], mask[:1, :5], means[:1], counts[:1])
    torch.testing.assert_close(whole[:1, :5], alone)


def test_a_shift_that_a_speakers_clips_share_matters_less_the_more_clips_there_are(part):
    frames, mask = batch([7])
    shift = 3.0
    plain, moved = (
        [part(frames + s * mask[..., None], mask, torch.zeros(1, DIM) + s, torch.tensor([n])) for n in (0, 1, 4, 64)]
        for s in (0.0, shift)
    )
    left = [float((b - a)[0, 0, 0]) for a, b in zip(plain, moved, strict=True)]
    assert left[0] == pytest.approx(shift)
    assert left == sorted(left, reverse=True)
    assert left[-1] < 0.1 * shift


def test_the_speaker_mean_by_hand():
    part = enrolments.build("speaker-mean", {"clips": 2, "prior": 2.0}, dim=1)
    part.settle(torch.tensor([[1.0], [3.0]]))  # everybody: 2
    frames, mask = torch.tensor([[[10.0], [0.0]]]), torch.tensor([[True, False]])
    told = part(frames, mask, torch.tensor([[6.0]]), torch.tensor([2]))  # half 6, half 2
    assert told.flatten().tolist() == [6.0, 0.0]
    part.settle(torch.tensor([[100.0]]))  # what is settled stays
    assert part(frames, mask, torch.tensor([[float("nan")]]), torch.tensor([0])).flatten().tolist() == [8.0, 0.0]


def test_no_clips_are_no_enrolment():
    with pytest.raises(ZooError, match="at least 1 clip"):
        enrolments.build("speaker-mean", {"clips": 0}, dim=1)
