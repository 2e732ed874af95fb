"""The table of a reasoning judge: how its marks agree with the reference, and what it prefers."""

from typing import Any

from rich.console import Console
from rich.table import Table

from zoo.core.criteria import NAMES


def show_judge(figures: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    """Print the figures of one evaluation on standard error, Spearman's rho of `before` beside its own."""
    console = Console(stderr=True, highlight=False, emoji=False)
    table = Table(box=None)
    for column in ("", *(("rho before",) if before else ()), "rho", "tau", "error, marks"):
        table.add_column(column, justify="right" if column else "left")
    for criterion, row in figures["by_criterion"].items():
        earlier = [_number((before["by_criterion"].get(criterion) or {}).get("spearman"))] if before else []
        shown = [_number(row[name]) for name in ("spearman", "kendall", "error")]
        table.add_row(NAMES[criterion].replace("_", " "), *earlier, *shown)
    table.add_row("mean", *([_number(before["spearman"])] if before else []), _number(figures["spearman"]))
    console.print(table)
    kinds = Table(box=None, title="prefers the undamaged trace", title_justify="left", title_style="")
    strengths = sorted({strength for row in figures["preferred"].values() for strength in row})
    for column in ("damage", *(f"at {strength}" for strength in strengths)):
        kinds.add_column(column, justify="left" if column == "damage" else "right")
    for kind, row in figures["preferred"].items():
        kinds.add_row(kind, *(f"{row[strength]:.1%}" if strength in row else "-" for strength in strengths))
    console.print(kinds)
    console.print(
        f"factual mark of true traces {_number(figures['whole'])}, fluent and false ones "
        f"{_number(figures['fluent_and_false'])}; beside its own voice {_number(figures['own_voice'])}, beside "
        f"another {_number(figures['other_voice'])}",
        soft_wrap=True,
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
