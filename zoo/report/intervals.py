"""Accuracy and unweighted average recall with 95 % intervals, by a bootstrap over speakers.

Utterances of one speaker are alike, so speakers are drawn and not utterances; where a recipe was trained with several
seeds, these are drawn too. Every member's draws are of the same speakers, so that a difference of two has an interval
of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 4_000  # the ends of an interval then move by some tenths of a point from one run of draws to another
ENDS = (2.5, 97.5)  # percentiles
Rows = Sequence[Mapping[str, Any]]  # what was told of each utterance: dataset, speaker, emotion, answer
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """A mean over seeds, the interval's ends (None where nothing can be drawn) and each seed's own value."""

    value: float
    low: float | None = None
    high: float | None = None
    each: tuple[float, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """Accuracy and UAR of one member: as they are, and in every draw [DRAWS]; no draws of a single speaker."""

    accuracy: Figure
    uar: Figure
    accuracies: Floats
    uars: Floats


def drawn(seeds: Sequence[Rows]) -> Drawn:
    """The figures of a member from what it told, its rows once for each seed."""
    speakers = sorted({(row["dataset"], row["speaker"]) for row in seeds[0]})
    classes = sorted({(row["dataset"], row["emotion"]) for row in seeds[0]})
    rng = np.random.default_rng(0)  # the same draws of speakers for every member
    weights = speaker_draws(len(speakers), rng)
    shares = rng.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), DRAWS) / len(seeds)  # [B, K]
    tables = [_counts(rows, speakers, classes) for rows in seeds]
    told = [_figures(np.ones((1, len(speakers))), *table) for table in tables]
    redrawn = [_figures(weights, *table) for table in tables]
    some = len(speakers) > 1
    accuracies, uars = (
        (np.stack([row[i] for row in redrawn], 1) * shares).sum(1) if some else np.empty(0) for i in range(2)
    )
    accuracy, uar = (figure([float(row[i][0]) for row in told], draws) for i, draws in enumerate((accuracies, uars)))
    return Drawn(accuracy, uar, accuracies, uars)


def speaker_draws(count: int, rng: np.random.Generator) -> Floats:
    """How often each of so many speakers is drawn, [DRAWS, S]."""
    return rng.multinomial(count, np.full(count, 1 / count), DRAWS).astype(float)


def figure(each: Iterable[float], draws: Floats | None = None) -> Figure:
    """A figure from each seed's value and the draws of their mean."""
    values = tuple(each)
    ends = np.percentile(draws, ENDS) if draws is not None and len(draws) else None
    low, high = (float(ends[0]), float(ends[1])) if ends is not None else (None, None)
    return Figure(sum(values) / len(values), low, high, values)


def difference(one: Floats, other: Floats, each: float) -> Figure:
    """`each` = one - other, with the interval of the paired draws."""
    return figure([each], one - other if len(one) and len(other) else None)


def _counts(
    rows: Rows, speakers: Sequence[tuple[str, str]], classes: Sequence[tuple[str, str]]
) -> tuple[Floats, Floats]:
    """How many utterances of each speaker and emotion were told right, and how many there are, [S, C] each."""
    right, seen = np.zeros((2, len(speakers), len(classes)))
    at, of = {name: i for i, name in enumerate(speakers)}, {name: i for i, name in enumerate(classes)}
    for row in rows:
        place = at[row["dataset"], row["speaker"]], of[row["dataset"], row["emotion"]]
        seen[place] += 1
        right[place] += row["answer"] == row["emotion"]
    return right, seen


def _figures(weights: Floats, right: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Accuracy and UAR [B] with each speaker counted as often as its weight [B, S]."""
    rights, all_seen = weights @ right, weights @ seen  # [B, C]
    recall = np.divide(rights, all_seen, out=np.full_like(rights, np.nan), where=all_seen > 0)
    return rights.sum(1) / all_seen.sum(1), np.nanmean(recall, 1)
