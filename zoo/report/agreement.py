"""How far raters agree: with each other, each with himself, and with the judges that marked the same answers."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torchmetrics.functional.classification import multiclass_cohen_kappa

from zoo.core.criteria import CRITERIA, HIGHEST, LOWEST
from zoo.report.alpha import Floats, alpha, ordinal
from zoo.report.ratings import Rated, Ratings
from zoo.report.sheet import Item, Sheet
from zoo.stages.judge_score import rank_agreement


def agreement(items: Sequence[Item], ratings: Ratings, criterion: str) -> dict[str, Any]:
    """Krippendorff's ordinal alpha of all raters over `n` items of two or more, and Cohen's kappa of every two."""
    marks = [[rows[one.item].marks.get(criterion) for rows in ratings.values()] for one in items]
    table = np.array(marks, dtype=float)  # [items, raters], None becomes NaN
    pairs = [
        {"raters": [one, other], **_kappa(table[:, a], table[:, b])}
        for (a, one), (b, other) in combinations(enumerate(ratings), 2)
    ]
    return {"alpha": alpha(table, ordinal), "n": int(((~np.isnan(table)).sum(1) > 1).sum()), "kappa": pairs}


def repeats(sheet: Sheet, rows: Mapping[str, Rated]) -> dict[str, Any]:
    """A rater's two marks of what was shown twice: the share that are `same`, the mean `gap` in marks, `n` pairs."""
    pairs = [(rows[one.repeats].marks, rows[one.item].marks) for one in sheet.items if one.repeats is not None]
    gaps = [abs(first[c] - again[c]) for first, again in pairs for c in CRITERIA if c in first and c in again]
    if not gaps:
        return {"same": None, "gap": None, "n": 0}
    return {"same": gaps.count(0) / len(gaps), "gap": sum(gaps) / len(gaps), "n": len(gaps)}


def judges(means: Mapping[str, Sequence[tuple[Item, float]]]) -> dict[str, Any]:
    """By judge whose scores were kept: rank agreement with the raters' `means` of `n` items, by criterion."""
    names = sorted({name for rows in means.values() for one, _ in rows for name in one.judges})
    return {name: {c: _with_judge(name, place, means[c]) for place, c in enumerate(CRITERIA)} for name in names}


def _with_judge(name: str, place: int, means: Sequence[tuple[Item, float]]) -> dict[str, Any]:
    pairs = [(mean, one.judges[name][place]) for one, mean in means if name in one.judges]
    if len(pairs) < 2:
        return {"spearman": None, "kendall": None, "n": len(pairs)}
    people, judge = (torch.tensor(side, dtype=torch.float64) for side in zip(*pairs, strict=True))
    return {**rank_agreement(people, judge), "n": len(pairs)}


def _kappa(one: Floats, other: Floats) -> dict[str, Any]:
    """Cohen's kappa with quadratic weights over what both marked; None where each gave the same mark throughout."""
    both = ~np.isnan(one) & ~np.isnan(other)
    mine, theirs = (torch.from_numpy(side[both]).long() - LOWEST for side in (one, other))
    classes = HIGHEST - LOWEST + 1
    found = float(multiclass_cohen_kappa(mine, theirs, classes, weights="quadratic")) if both.any() else float("nan")
    return {"kappa": None if np.isnan(found) else found, "n": int(both.sum())}
