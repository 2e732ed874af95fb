"""What a run logged, from its metrics files: one for each part of the run; of a step that was done twice, the later."""

import csv
from collections.abc import Mapping
from pathlib import Path

FIGURES = "metrics/version_*/metrics.csv"  # in a run's folder
TEST = "test/"  # how the columns of an evaluation begin
COUNTERS = ("step", "epoch")
Logged = dict[str, dict[int, float]]  # column -> step -> value, in the order of steps


def logged(run: Path) -> Logged:
    """Every column of a run's files; a column without a number is left out, and so is a step that has none in it.

    A resumed run goes back to the last state that was kept. What the part before did beyond that was done again, and
    is left out, however far the later part came.
    """
    found: Logged = {}
    for path in sorted(run.glob(FIGURES), key=lambda path: int(path.parent.name.partition("_")[2])):
        part = _part(path)
        trained = [step for name, values in part.items() if not name.startswith(TEST) for step in values]
        for name, values in found.items():
            if trained and not name.startswith(TEST):
                found[name] = {step: value for step, value in values.items() if step < min(trained)}
        for name, values in part.items():
            found.setdefault(name, {}).update(values)
    return {name: dict(sorted(values.items())) for name, values in sorted(found.items()) if values}


def opened(gate: Mapping[int, float]) -> int | None:
    """The first step in which the gate let the reasoning reward in; None if it was open at once, or never."""
    steps = [step for step, factor in gate.items() if factor > 0]
    return min(steps) if steps and gate[min(gate)] == 0 else None


def _part(path: Path) -> Logged:
    found: Logged = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name, text in row.items():
                if name and text and name not in COUNTERS and (value := _number(text)) is not None:
                    found.setdefault(name, {})[int(row["step"])] = value
    return found


def _number(text: str) -> float | None:
    """A finite number; None for NaN, and for what a killed run left of a last line."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
