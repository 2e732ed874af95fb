"""The trust weight: hand-worked numbers and its properties."""

import math

import pytest
import torch

from zoo.rewards.trust import trust_weight

NAN = float("nan")


@pytest.mark.parametrize(
    ("scores", "correct", "tau"),
    [
        ([0.8, 0.6, 0.4], [1, 1, 0], 1.0),  # m_c = 0.7 >= m_w = 0.4
        ([0.2, 0.4, 0.9, 0.7], [1, 1, 0, 0], math.exp(-0.5)),  # m_c = 0.3, m_w = 0.8
        ([0.0, 1.0], [1, 0], math.exp(-1)),  # the least there is with scores in [0, 1]
        ([0.5, 0.5], [1, 0], 1.0),  # a tie
        ([0.1, 0.9], [1, 1], 1.0),  # all right
        ([0.1, 0.9], [0, 0], 1.0),  # all wrong
        ([0.2, NAN, 0.6], [1, 1, 0], math.exp(-0.4)),  # an answer without a score does not count
        ([NAN, 0.6], [1, 0], 1.0),  # what is left has one kind only
        ([NAN, NAN], [1, 0], 1.0),  # a judge that failed
    ],
)
def test_by_hand(scores: list[float], correct: list[int], tau: float) -> None:
    got = trust_weight(torch.tensor(scores), torch.tensor(correct, dtype=torch.bool))
    assert got.shape == ()
    assert got.item() == pytest.approx(tau, abs=1e-6)


def test_in_zero_to_one_and_unmoved_by_a_constant() -> None:
    generator = torch.Generator().manual_seed(0)
    below_one = 0
    for _ in range(500):
        scores, correct = torch.rand(8, generator=generator), torch.rand(8, generator=generator) > 0.5
        tau = trust_weight(scores, correct)
        assert 0.0 < tau.item() <= 1.0
        below_one += tau.item() < 1.0
        torch.testing.assert_close(trust_weight(scores + 3.0, correct), tau, atol=1e-5, rtol=1e-5)
        order = torch.randperm(8, generator=generator)
        torch.testing.assert_close(trust_weight(scores[order], correct[order]), tau)
    assert 150 < below_one < 350  # for chance scores about half of the groups
