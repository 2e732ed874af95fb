"""Batches of like length: under a tenth of padding on a mix of tasks, nothing twice, the same for the same seed."""

from random import Random

import pytest

from zoo.tasks.grouping import grouped, padding


def mixed(count=600):
    """Prompts and answers about as the four tasks have them: short and long audio, answers of a word or of a trace."""
    dice = Random(1)
    rows = []
    for _ in range(count):
        audio = round(12.5 * dice.uniform(1.0, 5.0))
        kind = dice.choice(("levels", "levels", "stress", "comparison", "cold start"))
        if kind == "comparison":
            rows.append((70 + dice.choice((2, 3)) * audio, dice.choice((4, 8))))
        elif kind == "cold start":
            rows.append((80 + audio, dice.randrange(40, 90)))
        else:
            rows.append((dice.randrange(45, 70) + audio, dice.randrange(4, 12)))
    return rows


def test_padding_by_hand():
    # two prompts of 4 and 2 tokens, answers of 1 and 3: places 2 x (4 + 3), data 10
    assert padding([(4, 1), (2, 3)]) == pytest.approx(4 / 14)
    assert padding([(5, 2), (5, 2)]) == 0


@pytest.mark.parametrize(("per_batch", "count"), [(4, 600), (16, 600), (32, 1500)])
def test_a_mix_has_less_than_a_tenth_of_padding(per_batch, count):
    rows = mixed(count)
    batches = grouped(rows, per_batch, Random(0))
    places = data = 0
    for batch in batches:
        mine = [rows[index] for index in batch]
        whole = sum(map(sum, mine))
        places += whole / (1 - padding(mine))
        data += whole
    assert 1 - data / places < 0.1
    in_any_order = [rows[start : start + per_batch] for start in range(0, len(rows) - per_batch + 1, per_batch)]
    assert sum(map(padding, in_any_order)) / len(in_any_order) > 0.2, "ungrouped, the same mix has far more"


def test_each_lesson_is_in_one_batch_and_batches_are_full():
    rows = mixed(70)
    batches = grouped(rows, 8, Random(0))
    assert [len(batch) for batch in batches] == [8] * 8
    assert len({index for batch in batches for index in batch}) == 64
    assert batches == grouped(rows, 8, Random(0))
    assert batches != grouped(rows, 8, Random(1))


def test_batches_do_not_come_sorted():
    rows = mixed()
    first = [sum(rows[batch[0]]) for batch in grouped(rows, 16, Random(0))]
    assert first != sorted(first)
