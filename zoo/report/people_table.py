"""The tables of a filled sheet on the console."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from zoo.core.criteria import NAMES
from zoo.report.people import FIGURES


def show_people(figures: Mapping[str, Any]) -> None:
    """Print who filled in what, marks and differences with intervals, and every agreement."""
    console = Console(stderr=True, highlight=False, emoji=False)
    for rater, row in figures["raters"].items():
        said = f"{row['whole']} items marked, {row['part']} in part, {row['empty']} not"
        console.print(f"{rater}: {said}; {_again(figures['repeats'][rater])}", soft_wrap=True, markup=False)
    console.print(_marks("marks, 1 to 5", figures["systems"], "{:.2f}"))
    if figures["differences"]:
        rows = {f"{row['systems'][0]} - {row['systems'][1]}": row for row in figures["differences"]}
        console.print(_marks("differences, by the same rater of the same utterance", rows, "{:+.2f}"))
    heard = {"the reference": figures["heard"]["reference"], **figures["heard"]["systems"]}
    console.print(
        "the emotion heard, before any text, is that of: "
        + "; ".join(f"{name} {_number(row, '{:.1%}')}" for name, row in heard.items())
        + f"; raters' alpha (nominal) {_plain(figures['heard']['alpha'])}",
        soft_wrap=True,
        markup=False,
    )
    console.print(_agreement(figures["agreement"]))
    for judge, row in figures["judges"].items():
        said = "; ".join(f"{_words(c)} {_plain(found['spearman'])} (n = {found['n']})" for c, found in row.items())
        console.print(f"people and {judge}, Spearman: {said}", soft_wrap=True, markup=False)
    if not figures["judges"]:
        console.print("no judge marked these answers; zoo.evaluate --judge CKPT --save FILE keeps its marks with them")
    console.print(
        f"{figures['split']}: {figures['utterances']} utterances, {figures['items']} items; in brackets 95 % intervals "
        f"by a bootstrap over {figures['drawn']}",
        soft_wrap=True,
        markup=False,
    )


def _marks(title: str, rows: Mapping[str, Any], form: str) -> Table:
    table = Table(box=None, title=title, title_justify="left")
    for column in ("", *rows):
        table.add_column(column, justify="right" if column else "left", overflow="fold")
    for criterion in FIGURES:
        table.add_row(_words(criterion), *(_number(row[criterion], form) for row in rows.values()))
    table.add_row("utterances", *(str(max(row[criterion]["n"] for criterion in FIGURES)) for row in rows.values()))
    return table


def _agreement(rows: Mapping[str, Any]) -> Table:
    """Alpha of all raters, and kappa of every two."""
    table = Table(box=None, title="agreement of raters", title_justify="left")
    pairs = [" and ".join(pair["raters"]) for pair in next(iter(rows.values()))["kappa"]]
    for column in ("", "alpha (ordinal)", "items", *(f"kappa, {pair}" for pair in pairs)):
        table.add_column(column, justify="right" if column else "left", overflow="fold")
    for criterion, row in rows.items():
        kappas = (_plain(pair["kappa"]) for pair in row["kappa"])
        table.add_row(_words(criterion), _plain(row["alpha"]), str(row["n"]), *kappas)
    return table


def _again(row: Mapping[str, Any]) -> str:
    if not row["n"]:
        return "nothing marked twice"
    return f"of {row['n']} marks given twice {row['same']:.1%} are the same, {row['gap']:.2f} apart on average"


def _number(row: Mapping[str, Any], form: str) -> str:
    if row["value"] is None:
        return "-"
    ends = "" if row["low"] is None else f" [{form.format(row['low'])}, {form.format(row['high'])}]"
    return form.format(row["value"]) + ends


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _words(criterion: str) -> str:
    return NAMES.get(criterion, criterion).replace("_", " ")
