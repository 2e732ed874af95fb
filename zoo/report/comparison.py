"""A comparison's figures, member by member, and the one table of them: on the console, in Markdown and in JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from zoo.core.criteria import JUDGED
from zoo.report.intervals import Drawn, Figure, difference, drawn, figure

OVER = " over"  # after the name of a score: its difference from the first line's
Result = Mapping[str, Any]  # of one member: name, stage, checkpoint, figures, training, rows


@dataclass(frozen=True)
class Column:
    """A figure of the table: what it is called, how it is written, and where a result has it."""

    key: str
    words: str
    form: Callable[[float], str]
    of: Callable[[Result], float | None] = lambda result: None


@dataclass(frozen=True)
class Compared:
    """A line of the table: a recipe with all its seeds, or a checkpoint."""

    name: str
    stage: str
    seeds: tuple[int | None, ...]
    trained_on: str
    checkpoints: tuple[str, ...]
    resumed: bool
    figures: dict[str, Figure]

    def to_dict(self) -> dict[str, Any]:
        """Plain types."""
        return {**asdict(self), "figures": {key: asdict(value) for key, value in self.figures.items()}}


def percent(share: float) -> str:
    """A share as 81.5 %."""
    return f"{100 * share:.1f} %"


def points(share: float) -> str:
    """A difference of shares as +3.1."""
    return f"{100 * share:+.1f}"


def parameters(count: float) -> str:
    """A number of parameters as 5.23 M; small ones whole."""
    if count < 10_000:
        return f"{count:.0f}"
    return f"{count / 1e9:.2f} G" if count >= 1e9 else f"{count / 1e6:.2f} M"


def memory(mb: float) -> str:
    """Megabytes as GB."""
    return f"{mb / 1e3:.2f} GB"


def seconds(count: float) -> str:
    """Seconds as 254 s, hours as 3.2 h."""
    return f"{count:,.0f} s" if count < 7_200 else f"{count / 3_600:.1f} h"


def _of(*path: str) -> Callable[[Result], float | None]:
    """What reads one number of a result by its path; None where it is not given."""

    def read(result: Result) -> float | None:
        value: Any = result
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return None if value is None else float(value)

    return read


COLUMNS = (
    Column("accuracy", "accuracy", percent),
    Column("uar", "UAR", percent),
    Column("accuracy over", "accuracy, points over the first", points),
    Column("grounded", "grounded reasoning (0-1)", "{:.3f}".format),
    Column("grounded over", "grounded reasoning, over the first", "{:+.3f}".format),
    Column("true_claims", "true claims", percent),
    Column("true_claims over", "true claims, points over the first", points),
    Column("perception", "prosody perception", percent, _of("figures", "perception", "mean")),
    Column("format", "format rate", percent, _of("figures", "format")),
    Column("parameters", "parameters", parameters, _of("figures", "parameters")),
    Column("trained", "of them trained", parameters, _of("figures", "trained_parameters")),
    Column("train_mb", "memory, training", memory, _of("training", "peak_mb")),
    Column("test_mb", "memory, evaluation", memory, _of("figures", "cost", "peak_mb")),
    Column("speed", "utterances/s", "{:.2f}".format, _of("figures", "cost", "utterances_per_s")),
    Column("train_s", "time to train", seconds, _of("training", "seconds")),
)


def compared(results: Sequence[tuple[Any, Result]]) -> list[Compared]:
    """The lines of the table, from each member and its result, in the order they were given."""
    groups: dict[str, list[tuple[Any, Result]]] = {}
    for member, result in results:
        groups.setdefault(member.of, []).append((member, result))
    draws = {name: drawn([result["rows"] for _, result in group]) for name, group in groups.items()}
    first = next(iter(draws.values()))
    return [_line(name, group, draws[name], first) for name, group in groups.items()]


def _line(name: str, group: Sequence[tuple[Any, Result]], own: Drawn, first: Drawn) -> Compared:
    figures = {"accuracy": own.accuracy, "uar": own.uar, **own.scores}
    if own is not first:
        theirs = {"accuracy": first.accuracy, **first.scores}
        for score in theirs.keys() & figures.keys():
            gap = figures[score].value - theirs[score].value
            figures[f"{score}{OVER}"] = difference(own.draws[score], first.draws[score], gap)
    for column in COLUMNS:
        values = [value for _, result in group if (value := column.of(result)) is not None]
        if len(values) == len(group):
            figures[column.key] = figure(values)
    members, rows = zip(*group, strict=True)
    return Compared(
        name,
        rows[0]["stage"],
        tuple(member.seed for member in members),
        members[0].trained_on,
        tuple(row["checkpoint"] for row in rows),
        any("seconds_are_of" in row["training"] for row in rows),
        figures,
    )


def columns_of(lines: Sequence[Compared]) -> list[Column]:
    """The figures that any line has; those by judges after the grounding check's."""
    judged = dict.fromkeys(key for line in lines for key in line.figures if key.startswith(JUDGED))
    own = [Column(key, *_judged(key)) for key in judged]
    place = 1 + [column.key for column in COLUMNS].index(f"true_claims{OVER}")
    every = [*COLUMNS[:place], *own, *COLUMNS[place:]]
    return [column for column in every if any(column.key in line.figures for line in lines)]


def _judged(key: str) -> tuple[str, Callable[[float], str]]:
    """What a judge's score is called, by the last words of the judge's name, and how it is written."""
    name, over, _ = key.removeprefix(JUDGED).partition(OVER)
    folder = [part for part in name.split("/") if part != "checkpoint"]
    words = f"reasoning by {'/'.join(folder[-2:])}"
    return (f"{words}, over the first", "{:+.3f}".format) if over else (f"{words} (0-1)", "{:.3f}".format)


def written(column: Column, line: Compared) -> str:
    """A figure of a line with its interval, "-" where there is none."""
    found = line.figures.get(column.key)
    if found is None:
        return "-"
    said = column.form(found.value)
    if found.low is not None and found.high is not None:
        low, high = (column.form(end).removesuffix(" %") for end in (found.low, found.high))
        return f"{said} [{low}, {high}]"
    return said


def notes(lines: Sequence[Compared], split: str, results: Sequence[Result]) -> list[str]:
    """What must be known to read the table."""
    rows = results[0]["rows"]
    speakers = len({(row["dataset"], row["speaker"]) for row in rows})
    seeds = sorted({seed for line in lines for seed in line.seeds if seed is not None})
    drawn_from = "speakers and seeds" if len(seeds) > 1 else "speakers"
    said = [
        f"Held-out speakers of {split}: {len(rows)} utterances, {speakers} speakers, the same for every line."
        + (f" Recipes were trained with seed {', '.join(map(str, seeds))}." if seeds else "")
    ]
    said.append("Memory: the peak of the process, or of its GPU where it uses one. Utterances/s: of the evaluation.")
    if len(seeds) > 1:
        said.append("Figures of a recipe are means over its seeds.")
    if speakers > 1:
        said.append(f"In brackets: 95 % intervals by a bootstrap over {drawn_from}, the same draws for every line.")
    else:
        said.append("There is one speaker, so no interval can be given.")
    trained_on = {line.trained_on for line in lines}
    if len(trained_on) > 1:
        said.append("Not all were trained on the same data: " + "; ".join(f"{x.name}: {x.trained_on}" for x in lines))
    if any(line.resumed for line in lines):
        said.append(
            "A training was interrupted: its time is that of the parts that counted, its memory the last part's."
        )
    if "prosodia" in split:
        said.append("Prosodia is synthetic speech: its figures show that the road works, not how people feel.")
    return said


def markdown(lines: Sequence[Compared], said: Sequence[str]) -> str:
    """The table with figures as rows, and what must be known to read it."""
    head = ["| | " + " | ".join(line.name.replace("|", "\\|") for line in lines) + " |", "|---|" + "---:|" * len(lines)]
    body = [
        f"| {column.words} | " + " | ".join(written(column, line) for line in lines) + " |"
        for column in columns_of(lines)
    ]
    return "\n".join([*head, *body, "", *said]) + "\n"


def show(lines: Sequence[Compared], said: Sequence[str]) -> None:
    """Print the table on standard error."""
    console = Console(stderr=True, highlight=False, emoji=False)
    table = Table(box=None)
    table.add_column("")
    for line in lines:
        table.add_column(line.name, justify="right", overflow="fold")
    for column in columns_of(lines):
        table.add_row(column.words, *(written(column, line) for line in lines))
    console.print(table)
    for sentence in said:
        console.print(sentence, soft_wrap=True)
