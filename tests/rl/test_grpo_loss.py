"""The GRPO loss and the k3 estimator, against numbers worked by hand."""

import math

import pytest
import torch

from zoo.rl.kl import k3
from zoo.rl.loss import grpo_loss

YES, NO = True, False


def test_k3_by_hand() -> None:
    # d = ref - policy = ln 2: exp(d) - d - 1 = 2 - 0.693147 - 1 = 0.306853; d = -ln 2: 0.5 + 0.693147 - 1 = 0.193147
    policy, ref = torch.tensor([0.0, 0.0, -1.0]), torch.tensor([math.log(2), -math.log(2), -1.0])
    assert k3(policy, ref).tolist() == pytest.approx([0.306853, 0.193147, 0.0], abs=1e-6)


def test_k3_is_never_negative_and_its_gradient_pulls_back() -> None:
    policy = torch.randn(1000, generator=torch.Generator().manual_seed(0)).requires_grad_()
    values = k3(policy, torch.zeros(1000))
    assert (values >= 0).all()
    (slope,) = torch.autograd.grad(values.sum(), policy)
    assert (slope.sign() == policy.sign())[policy.abs() > 1e-3].all()  # too likely goes down, too rare goes up


def test_one_update_a_rollout_has_ratio_one_and_the_policy_gradient() -> None:
    # answer 1: 2 tokens, A = 1; answer 2: 1 token, A = -2. Ratio 1: loss = -(1 + -2) / 2 = 0.5.
    # d loss / d log p = -A / (tokens * answers): -1/4, -1/4 and +2/2 = 1
    log_probs = torch.tensor([[-1.0, -2.0], [-3.0, 0.0]], requires_grad=True)
    loss, stats = grpo_loss(log_probs, torch.tensor([1.0, -2.0]), torch.tensor([[YES, YES], [YES, NO]]))
    loss.backward()
    assert loss.item() == pytest.approx(0.5)
    assert log_probs.grad is not None
    assert log_probs.grad.tolist() == [[-0.25, -0.25], [1.0, 0.0]]
    assert stats["clip_share"].item() == 0.0
    assert stats["kl"].item() == 0.0


def test_answer_and_token_averages_differ_by_length() -> None:
    # with ratio 1 a token's loss is -A: answer 1 has 3 tokens of -1, answer 2 one of +3.
    # "answer": (-1 + 3) / 2 = 1; "token": (-1 -1 -1 + 3) / 4 = 0
    mask = torch.tensor([[YES, YES, YES], [YES, NO, NO]])
    arguments = (torch.zeros(2, 3), torch.tensor([1.0, -3.0]), mask)
    assert grpo_loss(*arguments, average="answer")[0].item() == pytest.approx(1.0)
    assert grpo_loss(*arguments, average="token")[0].item() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("ratio", "advantage", "expected", "clipped"),
    [
        (1.5, 1.0, -1.2, 1.0),  # a gain stops at 1 + clip
        (0.5, 1.0, -0.5, 0.0),  # a loss of a good token is not cut: min(0.5, 0.8)
        (0.5, -1.0, 0.8, 1.0),  # a bad token already pushed below 1 - clip: min(-0.5, -0.8) = -0.8
        (1.5, -1.0, 1.5, 0.0),  # a bad token that grew is pushed down in full
    ],
)
def test_clipping_by_hand(ratio: float, advantage: float, expected: float, clipped: float) -> None:
    log_probs = torch.tensor([[math.log(ratio)]], requires_grad=True)
    loss, stats = grpo_loss(
        log_probs, torch.tensor([advantage]), torch.tensor([[YES]]), old_log_probs=torch.zeros(1, 1), clip=0.2
    )
    loss.backward()
    assert loss.item() == pytest.approx(expected)
    assert stats["clip_share"].item() == clipped
    assert log_probs.grad is not None
    assert (log_probs.grad.item() == 0.0) == bool(clipped)  # a clipped token moves nothing


def test_kl_is_added_with_its_weight() -> None:
    # ratio 1, A = 0: only 0.04 * 0.306853 (d = ln 2) is left
    loss, stats = grpo_loss(
        torch.zeros(1, 1), torch.zeros(1), torch.tensor([[YES]]), ref_log_probs=torch.full((1, 1), math.log(2)), kl=0.04
    )
    assert stats["kl"].item() == pytest.approx(0.306853, abs=1e-6)
    assert loss.item() == pytest.approx(0.04 * 0.306853, abs=1e-7)


@pytest.mark.parametrize("average", ["answer", "token"])
def test_empty_answers_and_rubbish_behind_the_mask_give_no_nan(average: str) -> None:
    # answer 2 is empty: the loss is that of answer 1 alone, -A = -1
    log_probs = torch.tensor([[-1.0, float("nan")], [float("-inf"), float("nan")]], requires_grad=True)
    rubbish = torch.tensor([[-1.0, float("inf")], [float("nan"), 3.0]])
    loss, stats = grpo_loss(
        log_probs,
        torch.tensor([1.0, 5.0]),
        torch.tensor([[YES, NO], [NO, NO]]),
        old_log_probs=rubbish,
        ref_log_probs=rubbish,
        average=average,  # type: ignore[arg-type]
    )
    loss.backward()
    assert loss.item() == pytest.approx(-1.0)
    assert log_probs.grad is not None
    assert log_probs.grad.tolist() == [[-1.0, 0.0], [0.0, 0.0]]
    assert all(torch.isfinite(value) for value in stats.values())


def test_no_token_at_all_is_a_loss_of_zero_that_can_be_differentiated() -> None:
    log_probs = torch.zeros(2, 3, requires_grad=True)
    loss, _ = grpo_loss(log_probs, torch.ones(2), torch.zeros(2, 3, dtype=torch.bool))
    loss.backward()
    assert loss.item() == 0.0
    assert log_probs.grad is not None
    assert not log_probs.grad.any()


def test_padding_changes_nothing() -> None:
    generator = torch.Generator().manual_seed(3)
    log_probs, old, ref = (torch.randn(4, 5, generator=generator) for _ in range(3))
    advantages, mask = torch.randn(4, generator=generator), torch.rand(4, 5, generator=generator) > 0.3

    def pad(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.pad(x, (0, 4))

    short, _ = grpo_loss(log_probs, advantages, mask, old_log_probs=old, ref_log_probs=ref)
    long, _ = grpo_loss(pad(log_probs), advantages, pad(mask), old_log_probs=pad(old), ref_log_probs=pad(ref))
    torch.testing.assert_close(long, short)


def test_wrong_shapes_and_masks_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[S, L\]"):
        grpo_loss(torch.zeros(2, 3), torch.zeros(3), torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(ValueError, match="boolean"):
        grpo_loss(torch.zeros(2, 3), torch.zeros(2), torch.ones(2, 3))
    with pytest.raises(ValueError, match="average"):
        grpo_loss(torch.zeros(2, 3), torch.zeros(2), torch.ones(2, 3, dtype=torch.bool), average="mean")  # type: ignore[arg-type]
