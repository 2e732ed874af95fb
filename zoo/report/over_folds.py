"""Comparisons of the same variants, a fold each, as one: every answer of every fold counts once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from zoo.core.errors import ZooError
from zoo.report.comparison import Result
from zoo.report.intervals import Rows
from zoo.stages.members import Member

Finished = Sequence[tuple[Member, Result]]  # the members of one comparison, in its order


def over_folds(folds: Sequence[tuple[str, Finished]]) -> list[tuple[Member, Result]]:
    """Each variant with the rows of all folds; its other figures, time and memory are means over them.

    The first variant of one fold is the first of the others, and so on: checkpoints of runs are named by their time. By
    name they are alike up to the first dot.

    Raises:
        ZooError: folds compare other variants or seeds, or share speakers.
    """
    (first, of_first), *others = folds
    wanted = [_kind(member) for member, _ in of_first]
    for name, fold in others:
        found = [_kind(member) for member, _ in fold]
        if found != wanted:
            raise ZooError(
                f"{name} compares {_said(found)}, and {first} {_said(wanted)}; give the same variants in both"
            )
    refuse_overlap([(name, fold[0][1]["rows"]) for name, fold in folds])
    return [_pooled(rows) for rows in zip(*(fold for _, fold in folds), strict=True)]


def refuse_overlap(folds: Sequence[tuple[str, Rows]]) -> None:
    """Raise a `ZooError` where two folds, by name, test one speaker: what counts twice makes a figure of nothing."""
    seen: dict[tuple[str, str], int] = {}
    for place, (name, rows) in enumerate(folds):
        for row in rows:
            if (first := seen.setdefault((row["dataset"], row["speaker"]), place)) != place:
                raise ZooError(
                    f"{folds[first][0]} and {name} both test {row['speaker']}; give each fold once, of one split"
                )


def _kind(member: Member) -> tuple[str, int | None]:
    return member.of.partition(".")[0], member.seed


def _said(kinds: Sequence[tuple[str, int | None]]) -> str:
    return ", ".join(name if seed is None else f"{name} with seed {seed}" for name, seed in kinds)


def _pooled(folds: Sequence[tuple[Member, Result]]) -> tuple[Member, Result]:
    members, results = zip(*folds, strict=True)
    merged = {
        "stage": results[0]["stage"],
        "checkpoint": "; ".join(str(result["checkpoint"]) for result in results),
        "rows": [row for result in results for row in result["rows"]],
        **{key: _mean([result[key] for result in results]) for key in ("figures", "training")},
    }
    trained_on = "; ".join(dict.fromkeys(member.trained_on for member in members))
    return replace(members[0], of=_kind(members[0])[0], trained_on=trained_on), merged


def _mean(values: Sequence[Any]) -> Any:
    """The mean of numbers, within mappings by key; of anything else the first, and None where one fold has none."""
    if any(value is None for value in values):
        return None
    if all(isinstance(value, Mapping) for value in values):
        keys = dict.fromkeys(key for value in values for key in value)  # what one fold says of itself stays said
        return {key: _mean([value.get(key) for value in values]) for key in keys}
    if all(isinstance(value, int | float) for value in values):
        return fmean(values)
    return values[0]
