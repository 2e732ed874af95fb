"""Comparisons of the same variants, a fold each, as one: every answer of every fold counts once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from zoo.core.errors import ZooError
from zoo.report.comparison import Result
from zoo.stages.members import Member

Finished = Sequence[tuple[Member, Result]]  # the members of one comparison, in its order


def over_folds(folds: Mapping[str, Finished]) -> list[tuple[Member, Result]]:
    """Each variant with the rows of all folds; its other figures, time and memory are means over them.

    The first variant of one fold is the first of the others, and so on: checkpoints of runs are named by their time. By
    name they are alike up to the first dot.

    Raises:
        ZooError: folds compare other variants or seeds, or share speakers.
    """
    (first, of_first), *others = folds.items()
    wanted = [_kind(member) for member, _ in of_first]
    for name, fold in others:
        found = [_kind(member) for member, _ in fold]
        if found != wanted:
            raise ZooError(
                f"{name} compares {_said(found)}, and {first} {_said(wanted)}; give the same variants in both"
            )
    heard: dict[tuple[str, str], str] = {}
    for name, fold in folds.items():
        for row in fold[0][1]["rows"]:
            if heard.setdefault((row["dataset"], row["speaker"]), name) != name:
                raise ZooError(f"{heard[row['dataset'], row['speaker']]} and {name} both test {row['speaker']}")
    return [_pooled(rows) for rows in zip(*folds.values(), strict=True)]


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
        return {key: _mean([value.get(key) for value in values]) for key in values[0]}
    if all(isinstance(value, int | float) for value in values):
        return fmean(values)
    return values[0]
