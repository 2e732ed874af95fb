"""Accuracy, unweighted average recall, F1 and scores of reasoning with 95 % intervals, by a bootstrap over speakers.

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
MEASURES = ("accuracy", "uar", "macro_f1", "weighted_f1")
Rows = Sequence[Mapping[str, Any]]  # what was told of each utterance: dataset, speaker, emotion, answer, scores
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
    """Each of `MEASURES` of one member, and each score of its reasoning by name; `draws` [DRAWS] of any of them.

    There are no draws of a single speaker.
    """

    accuracy: Figure
    uar: Figure
    macro_f1: Figure
    weighted_f1: Figure
    scores: dict[str, Figure]
    draws: dict[str, Floats]


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
    found = {name: ([float(row[i][0]) for row in told], [row[i] for row in redrawn]) for i, name in enumerate(MEASURES)}
    names = dict.fromkeys(name for row in seeds[0] for name in row.get("scores") or ())
    found |= {name: means for name in names if (means := _means(name, seeds, speakers, weights)) is not None}
    draws = {
        name: (np.stack(redrawn, 1) * shares).sum(1) if len(speakers) > 1 else np.empty(0)
        for name, (_, redrawn) in found.items()
    }
    figures = {name: figure(each, draws[name]) for name, (each, _) in found.items()}
    accuracy, uar, macro_f1, weighted_f1 = (figures.pop(name) for name in MEASURES)
    return Drawn(accuracy, uar, macro_f1, weighted_f1, figures, draws)


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


def _means(
    name: str, seeds: Sequence[Rows], speakers: Sequence[tuple[str, str]], weights: Floats
) -> tuple[list[float], list[Floats]] | None:
    """A score's mean in each seed, and in every draw [DRAWS]; None where a seed has none, or a speaker none in it."""
    at = {speaker: i for i, speaker in enumerate(speakers)}
    each, redrawn = [], []
    for rows in seeds:
        sums, counts = np.zeros((2, len(speakers)))
        for row in rows:
            if (value := (row.get("scores") or {}).get(name)) is not None:
                sums[at[row["dataset"], row["speaker"]]] += value
                counts[at[row["dataset"], row["speaker"]]] += 1
        if not counts.all():
            return None
        each.append(float(sums.sum() / counts.sum()))
        redrawn.append(weights @ sums / (weights @ counts))
    return each, redrawn


def _counts(
    rows: Rows, speakers: Sequence[tuple[str, str]], classes: Sequence[tuple[str, str]]
) -> tuple[Floats, Floats, Floats]:
    """Of each speaker and emotion how many utterances were told right, how many there are, and how often it was told.

    [S, C] each; an answer that is no emotion of the corpus is told of none.
    """
    right, seen, said = np.zeros((3, len(speakers), len(classes)))
    at, of = {name: i for i, name in enumerate(speakers)}, {name: i for i, name in enumerate(classes)}
    for row in rows:
        speaker, emotion = at[row["dataset"], row["speaker"]], of[row["dataset"], row["emotion"]]
        seen[speaker, emotion] += 1
        right[speaker, emotion] += row["answer"] == row["emotion"]
        if (told := of.get((row["dataset"], row["answer"]))) is not None:
            said[speaker, told] += 1
    return right, seen, said


def _figures(weights: Floats, right: Floats, seen: Floats, said: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The `MEASURES` [B] with each speaker counted as often as its weight [B, S]; means over the emotions drawn."""
    rights, all_seen, all_said = weights @ right, weights @ seen, weights @ said  # [B, C]
    there = all_seen > 0
    recall = np.divide(rights, all_seen, out=np.full_like(rights, np.nan), where=there)
    f1 = np.divide(2 * rights, all_seen + all_said, out=np.full_like(rights, np.nan), where=there)
    total = all_seen.sum(1)
    weighted = np.nansum(f1 * all_seen, 1) / total
    return rights.sum(1) / total, np.nanmean(recall, 1), np.nanmean(f1, 1), weighted
