"""Advantages: hand-worked numbers and the properties that GRPO rests on."""

import pytest
import torch

from zoo.rl.advantage import group_advantages, no_spread


def test_hand_worked_group() -> None:
    # mean of 1, 2, 3, 6 is 3; squared deviations 4 + 1 + 0 + 9 = 14; sample std = sqrt(14 / 3) = 2.160247
    got = group_advantages(torch.tensor([[1.0, 2.0, 3.0, 6.0]]), eps=0.0)
    assert got[0].tolist() == pytest.approx([-2 / 2.160247, -1 / 2.160247, 0.0, 3 / 2.160247], abs=1e-5)


def test_eps_is_added_to_the_deviation_not_the_variance() -> None:
    # 0 and 1: mean 0.5, sample std sqrt(0.5) = 0.707107; 0.5 / (0.707107 + 0.1) = 0.619497
    got = group_advantages(torch.tensor([[0.0, 1.0]]), eps=0.1)
    assert got[0].tolist() == pytest.approx([-0.619497, 0.619497], abs=1e-5)


def test_a_group_without_spread_gives_exact_zeros_and_is_told() -> None:
    rewards = torch.tensor([[0.3, 0.3, 0.3], [0.3, 1.3, 0.3]])
    assert no_spread(rewards).tolist() == [True, False]
    assert group_advantages(rewards)[0].tolist() == [0.0, 0.0, 0.0]
    assert group_advantages(torch.tensor([[1.7]])).tolist() == [[0.0]]  # a group of one
    rounded = torch.tensor([[1.3, 1.3 + 2e-7, 1.3 - 2e-7]])  # the same sum of weights, added in another order
    assert group_advantages(rounded).tolist() == [[0.0, 0.0, 0.0]]


def test_groups_do_not_see_each_other() -> None:
    rewards = torch.rand(5, 8, generator=torch.Generator().manual_seed(0))
    alone = torch.cat([group_advantages(row[None]) for row in rewards])
    torch.testing.assert_close(group_advantages(rewards), alone)


def test_unchanged_when_every_reward_gains_one() -> None:
    rewards = torch.rand(64, 8, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(group_advantages(rewards + 1.0), group_advantages(rewards), atol=1e-4, rtol=1e-4)


def test_zero_mean_and_order_kept() -> None:
    rewards = torch.rand(64, 8, generator=torch.Generator().manual_seed(2))
    got = group_advantages(rewards)
    torch.testing.assert_close(got.mean(dim=1), torch.zeros(64), atol=1e-5, rtol=0.0)
    assert torch.equal(got.argsort(dim=1), rewards.argsort(dim=1))


def test_a_flat_list_of_rewards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rewards are \[B, G\]"):
        group_advantages(torch.zeros(8))
