"""What people made of a sheet: marks by system, paired differences, what they heard; how far they agree."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np

from zoo.core.criteria import CRITERIA
from zoo.report.agreement import agreement, judges, repeats
from zoo.report.alpha import alpha, nominal
from zoo.report.intervals import Figure, figure, speaker_draws
from zoo.report.ratings import Rated, Ratings
from zoo.report.sheet import Item, Sheet

MEAN = "mean"  # of all four criteria, where all four were marked
FIGURES = (*CRITERIA, MEAN)
Values = Iterable[tuple[Item, float]]


def people(sheet: Sheet, ratings: Ratings) -> dict[str, Any]:
    """The figures of filled sheets. An item that repeats another counts for a rater's agreement with himself alone.

    `systems`: of each the mean mark by criterion with its 95 % interval and `n` utterances, over means of each
    utterance's raters; `differences` of every two systems, of the marks that the same rater gave to the same utterance;
    `agreement`; `repeats`; `heard`; `judges`; `raters`, what each filled in; `drawn`, over what intervals are.
    """
    items = [one for one in sheet.items if one.repeats is None]
    by_speaker = len({(one.dataset, one.speaker) for one in items}) > 1

    def interval(values: Values) -> dict[str, Any]:
        return _interval(values, lambda one: (one.dataset, one.speaker) if by_speaker else (one.utterance,))

    systems = sorted({one.system for one in items})
    return {
        "split": sheet.split,
        "utterances": len({one.utterance for one in items}),
        "items": len(sheet.items),
        "drawn": "speakers" if by_speaker else "utterances",
        "raters": {rater: _filled(rows.values()) for rater, rows in ratings.items()},
        "systems": {
            name: {c: interval(_marks([one for one in items if one.system == name], ratings, c)) for c in FIGURES}
            for name in systems
        },
        "differences": [
            {"systems": [one, other], **{c: interval(_differences(items, ratings, one, other, c)) for c in FIGURES}}
            for one, other in combinations(systems, 2)
        ],
        "agreement": {c: agreement(items, ratings, c) for c in CRITERIA},
        "repeats": {rater: repeats(sheet, rows) for rater, rows in ratings.items()},
        "heard": _heard(sheet, ratings, systems, interval),
        "judges": judges({c: list(_marks(items, ratings, c)) for c in CRITERIA}),
    }


def _interval(values: Values, unit: Callable[[Item], tuple[str, ...]]) -> dict[str, Any]:
    """The mean of one value an utterance, and its interval by a bootstrap over units, which are speakers if it can."""
    found = list(values)
    if not found:
        return {"value": None, "low": None, "high": None, "n": 0}
    units = sorted({unit(one) for one, _ in found})
    sums, counts = np.zeros((2, len(units)))
    for one, value in found:
        place = units.index(unit(one))
        sums[place] += value
        counts[place] += 1
    weights = speaker_draws(len(units), np.random.default_rng(0))
    drawn = (weights @ sums) / (weights @ counts) if len(units) > 1 else None
    mean: Figure = figure([float(sums.sum() / counts.sum())], drawn)
    return {key: value for key, value in asdict(mean).items() if key != "each"} | {"n": len(found)}


def _mark(rated: Rated, criterion: str) -> float | None:
    if criterion != MEAN:
        return rated.marks.get(criterion)
    return sum(rated.marks.values()) / len(CRITERIA) if len(rated.marks) == len(CRITERIA) else None


def _marks(items: Iterable[Item], ratings: Ratings, criterion: str) -> Iterator[tuple[Item, float]]:
    """Of each item the mean of its raters; nothing where nobody marked it."""
    for one in items:
        given = [m for rows in ratings.values() if (m := _mark(rows[one.item], criterion)) is not None]
        if given:
            yield one, sum(given) / len(given)


def _differences(
    items: Iterable[Item], ratings: Ratings, one: str, other: str, criterion: str
) -> Iterator[tuple[Item, float]]:
    """Of each utterance the mean over the raters of both, so that no rater's severity is in it."""
    of = {(item.system, item.utterance): item for item in items}
    for (system, utterance), item in of.items():
        if system == one and (theirs := of.get((other, utterance))):
            pairs = [(_mark(r[item.item], criterion), _mark(r[theirs.item], criterion)) for r in ratings.values()]
            gaps = [a - b for a, b in pairs if a is not None and b is not None]
            if gaps:
                yield item, sum(gaps) / len(gaps)


def _heard(
    sheet: Sheet, ratings: Ratings, systems: Sequence[str], interval: Callable[[Values], dict[str, Any]]
) -> dict[str, Any]:
    """How often the emotion that a rater hears is the `reference`, and how often each system's answer.

    It is the one given at the first hearing of an utterance, before any text about it was read. `alpha` is nominal.
    """
    first: dict[str, list[str | None]] = {}  # by utterance, of each rater
    for one in sheet.items:
        told = first.setdefault(one.utterance, [None] * len(ratings))
        heard = [rows[one.item].heard for rows in ratings.values()]
        first[one.utterance] = [before or now for before, now in zip(told, heard, strict=True)]
    words = sorted({word for told in first.values() for word in told if word})
    table = np.array([[words.index(word) if word else np.nan for word in told] for told in first.values()])

    def shares(of: Callable[[Item], str], items: Iterable[Item]) -> Iterator[tuple[Item, float]]:
        for one in items:
            if told := [word == of(one) for word in first[one.utterance] if word]:
                yield one, sum(told) / len(told)

    each = {one.utterance: one for one in sheet.items if one.repeats is None}.values()
    answered = [one for one in sheet.items if one.repeats is None]
    return {
        "reference": interval(shares(lambda one: one.emotion, each)),
        "systems": {
            name: interval(shares(lambda one: one.answer, [one for one in answered if one.system == name]))
            for name in systems
        },
        "alpha": alpha(table, nominal),
    }


def _filled(rows: Iterable[Rated]) -> dict[str, int]:
    """How many items have all four marks, some of them, and none."""
    counts = [len(rated.marks) for rated in rows]
    whole, none = counts.count(len(CRITERIA)), counts.count(0)
    return {"whole": whole, "part": len(counts) - whole - none, "empty": none}
