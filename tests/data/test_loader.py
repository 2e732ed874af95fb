"""The order of utterances: every one once an epoch, the same in every run, a resumed one going on, ranks apart."""

from itertools import chain

import pytest

from zoo.data.loader import Order, some
from zoo.data.order import WithSpare


def test_an_epoch_holds_every_utterance_once_and_the_next_another_order():
    steps = list(Order(count=12, per_step=3, steps=8, seed=1))
    first, second = list(chain(*steps[:4])), list(chain(*steps[4:]))
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != second


def test_the_order_is_the_seeds_alone():
    assert list(Order(10, 4, 7, seed=1)) == list(Order(10, 4, 7, seed=1))
    assert list(Order(10, 4, 7, seed=1)) != list(Order(10, 4, 7, seed=2))


def test_k_steps_and_the_rest_are_all_steps():
    whole = list(Order(10, 4, 9, seed=1))
    rest = Order(10, 4, 9, seed=1)
    rest.start = 5
    assert whole[5:] == list(rest)
    assert len(rest) == 9


def test_ranks_share_a_step_without_overlap():
    alone = list(Order(12, 4, 3, seed=1))
    shared = [list(Order(12, 2, 3, seed=1, rank=rank, ranks=2)) for rank in range(2)]
    assert [one + other for one, other in zip(*shared, strict=True)] == alone


@pytest.mark.parametrize("count", [None, 3, 99])
def test_some_utterances_are_always_the_same_and_in_order(count):
    rows = list(range(10))
    chosen = some(rows, count)
    assert chosen == some(rows, count) == sorted(chosen)
    assert len(chosen) == min(count or 10, 10)


def test_spare_utterances_follow_a_steps_own_and_change_nothing_of_them():
    plain = list(Order(12, 3, 8, seed=1))
    spare = list(WithSpare(Order(12, 3, 8, seed=1), spare=2))
    assert [step[:3] for step in spare] == plain
    assert all(len(step) == 9 for step in spare)
    drawn = [step[3:] for step in spare]
    assert sorted(chain(*drawn[:2])) == list(range(12)), "they too come in the order of an epoch"
    later = Order(12, 3, 8, seed=1)
    later.start = 5
    assert list(WithSpare(later, spare=2)) == spare[5:]
    other = list(WithSpare(Order(12, 3, 8, seed=1, rank=1, ranks=2), spare=2))
    assert [step[3:] for step in other] != drawn


def test_spare_utterances_come_again_as_often_as_the_batch():
    spare = list(WithSpare(Order(12, 2, 6, seed=1, repeat=3), spare=1))
    assert spare[0] == spare[1] == spare[2] != spare[3] == spare[4]
