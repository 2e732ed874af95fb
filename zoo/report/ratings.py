"""Filled sheets, read strictly: every fault is one sentence, and what was left out is counted and not guessed."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zoo.core.criteria import CRITERIA, HIGHEST, LOWEST, NAMES
from zoo.core.errors import ZooError, did_you_mean
from zoo.report.sheet import Item, Sheet
from zoo.report.sheet_page import COLUMNS, EMOTION, NONE

FAULTS = 20  # that are told at a time
SECOND = re.compile(r"[ _]?\(\d+\)$")  # what a browser adds to the name of a file that it saves again


@dataclass(frozen=True)
class Rated:
    """What one rater made of one item; what was left out is not there."""

    marks: Mapping[str, int] = field(default_factory=dict)  # by criterion
    heard: str | None = None  # the emotion, in the words of the data set


Ratings = Mapping[str, Mapping[str, Rated]]  # by rater and item; every item of the sheet is there


def read_ratings(sheet: Sheet, paths: Sequence[Path]) -> Ratings:
    """Read the sheets of several raters, each named by its file.

    Raises:
        ZooError: the faults of all files, a line each.
    """
    found: dict[str, dict[str, Rated]] = {}
    faults: list[str] = []
    for path in paths:
        rater = SECOND.sub("", path.stem)
        if rater.lower() in map(str.lower, found):
            faults.append(f"{path}: {rater} is there twice; give each rater's sheet once, under the rater's name")
            continue
        rows = {one.item: Rated() for one in sheet.items}
        faults += _read(path, {one.item: one for one in sheet.items}, sheet.emotions, rows)
        found[rater] = rows
    if faults:
        more = [f"and {len(faults) - FAULTS} more"] if len(faults) > FAULTS else []
        raise ZooError("\n".join([*faults[:FAULTS], *more]))
    return found


def _read(
    path: Path, items: Mapping[str, Item], emotions: Mapping[str, Sequence[str]], into: dict[str, Rated]
) -> Iterator[str]:
    """Read one sheet into `into`, and give its faults."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(",;\t", key=text.partition("\n")[0].count)  # a spreadsheet may write any of them
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
        lines = [(rows.line_num, row) for row in rows]
    except (OSError, ValueError, csv.Error) as error:
        yield f"{path} cannot be read ({error}); save the sheet as CSV in UTF-8"
        return
    if missing := [name for name in COLUMNS[:-1] if name not in (rows.fieldnames or ())]:
        yield f"{path} has no column {', '.join(missing)}; keep the head of sheet.csv as it is"
        return
    seen: set[str] = set()
    for line, row in lines:
        name = (row["item"] or "").strip()
        if not name and not any(filter(None, row.values())):
            continue  # a line that a spreadsheet left empty
        where = f"{path} line {line}"
        if name not in items:
            yield f'{where}: item "{name}" is not of this sheet{did_you_mean(name, items)}'
        elif name in seen:
            yield f"{where}: item {name} is there twice; keep one of its lines"
        else:
            seen.add(name)
            faults, into[name] = _rated(row, emotions[items[name].dataset])
            yield from (f"{where}, item {name}: {fault}" for fault in faults)


def _rated(row: Mapping[str, str | None], options: Sequence[str]) -> tuple[list[str], Rated]:
    faults, marks = [], {}
    for criterion in CRITERIA:
        if said := (row[NAMES[criterion]] or "").strip():
            if (mark := _mark(said)) is None:
                faults.append(f'{NAMES[criterion]} is "{said}"; a mark is a whole number from {LOWEST} to {HIGHEST}')
            else:
                marks[criterion] = mark
    heard = (row[EMOTION] or "").strip().lower() or None
    words = {word.lower(): word for word in (*options, NONE)}
    if heard is not None and heard not in words:
        faults.append(f'emotion "{heard}" is no option{did_you_mean(heard, words)}')
    return faults, Rated(marks, None if heard is None else words.get(heard))


def _mark(said: str) -> int | None:
    """A whole mark, also as a spreadsheet may write it, 4.0; None where it is none."""
    try:
        value = float(said)
    except ValueError:
        return None
    return int(value) if value in range(LOWEST, HIGHEST + 1) else None
