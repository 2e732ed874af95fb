"""Lessons in batches of like length, so that little of a batch is padding."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

CUTS = 16  # places where a set may be parted; more cost time and were hardly better
Length = tuple[int, int]  # tokens of the prompt, audio included, and of the answer


def grouped(lengths: Sequence[Length], per_batch: int, random: Random) -> list[list[int]]:
    """Indices in batches of `per_batch`, in random order; what fills no batch is left out, at random.

    A batch is padded to its longest prompt and its longest answer. So the lessons are parted in two again and again, by
    the length of prompt or answer, each time where it leaves the least places, until a part is a batch.
    """
    rows = random.sample(range(len(lengths)), len(lengths) // per_batch * per_batch)
    batches = _parted(rows, lengths, per_batch) if rows else []
    random.shuffle(batches)
    return batches


def padding(lengths: Sequence[Length]) -> float:
    """The share of a batch's places that are padding."""
    places = len(lengths) * (max(prompt for prompt, _ in lengths) + max(answer for _, answer in lengths))
    return 1.0 - sum(prompt + answer for prompt, answer in lengths) / places


def _parted(rows: list[int], lengths: Sequence[Length], per_batch: int) -> list[list[int]]:
    """The rows in batches, each of like length."""
    count = len(rows) // per_batch
    if count == 1:
        return [rows]
    cuts = sorted({per_batch * max(1, round(i * count / CUTS)) for i in range(1, CUTS)} - {len(rows)})
    best: tuple[int, list[int], int] | None = None
    for by in (0, 1):
        ordered = sorted(rows, key=lambda row: lengths[row][by])
        left, right = _places(ordered, lengths), _places(ordered[::-1], lengths)
        for cut in cuts:
            places = left[cut - 1] + right[len(rows) - cut - 1]
            if best is None or places < best[0]:
                best = places, ordered, cut
    assert best is not None
    _, ordered, cut = best
    return _parted(ordered[:cut], lengths, per_batch) + _parted(ordered[cut:], lengths, per_batch)


def _places(rows: Sequence[int], lengths: Sequence[Length]) -> list[int]:
    """The places that the first 1, 2, 3 ... rows would take as one batch."""
    prompts = accumulate((lengths[row][0] for row in rows), max)
    answers = accumulate((lengths[row][1] for row in rows), max)
    return [n * (prompt + answer) for n, (prompt, answer) in enumerate(zip(prompts, answers, strict=True), 1)]
