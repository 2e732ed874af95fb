"""Schedules: when they open, that they stay open, and that a resumed run goes on as if it had never stopped."""

import math
import random

import pytest

from zoo.core.errors import ZooError
from zoo.core.registry import schedules
from zoo.rewards.schedules import Annealed, Constant, Progressive


def run(schedule: object, accuracies: list[float]) -> list[float]:
    factors = []
    for accuracy in accuracies:
        schedule.update(accuracy)  # type: ignore[attr-defined]
        factors.append(schedule.factor())  # type: ignore[attr-defined]
    return factors


def test_constant_is_always_open() -> None:
    assert run(Constant(), [0.0, 1.0]) == [1.0, 1.0]


def test_progressive_by_hand() -> None:
    # means of the last three: -, -, (0 + 1 + 0.2) / 3 = 0.4, (1 + 0.2 + 0.3) / 3 = 0.5: opens; then it stays open
    assert run(Progressive(accuracy=0.5, window=3), [0.0, 1.0, 0.2, 0.3, 0.0, 0.0, 0.0]) == [0, 0, 0, 1, 1, 1, 1]


def test_progressive_waits_for_a_full_window() -> None:
    assert run(Progressive(accuracy=0.5, window=4), [1.0, 1.0, 1.0, 1.0]) == [0, 0, 0, 1]


def test_a_mean_of_exactly_the_threshold_opens() -> None:
    assert run(Progressive(accuracy=0.3, window=3), [0.3, 0.3, 0.3])[-1] == 1.0


def test_the_gate_never_flickers_back() -> None:
    rng = random.Random(0)
    for _ in range(200):
        factors = run(Progressive(accuracy=0.5, window=5), [rng.random() for _ in range(60)])
        assert factors == sorted(factors)


def test_annealed_by_hand() -> None:
    schedule = Annealed(steps=100)
    assert schedule.factor() == 1.0
    assert run(schedule, [0.5] * 100)[-1] == pytest.approx(math.exp(-1))


@pytest.mark.parametrize("name", sorted(schedules.entries))
@pytest.mark.parametrize("stop", [0, 3, 7, 15])
def test_stopped_and_resumed_equals_never_stopped(name: str, stop: int) -> None:
    options = {"annealed": {"steps": 10}, "progressive": {"accuracy": 0.5, "window": 6}}.get(name, {})
    accuracies = [0.2, 0.3, 0.2, 0.9, 0.9, 0.8, 0.1, 0.7, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    whole = run(schedules.build(name, options), accuracies)
    first, second = schedules.build(name, options), schedules.build(name, options)
    before = run(first, accuracies[:stop])
    second.load_state_dict(first.state_dict())
    assert second.state_dict() == first.state_dict()
    assert before + run(second, accuracies[stop:]) == whole


def test_senseless_options_are_refused_in_words() -> None:
    with pytest.raises(ZooError, match="window >= 1"):
        Progressive(window=0)
    with pytest.raises(ZooError, match="steps > 0"):
        Annealed(steps=0)
