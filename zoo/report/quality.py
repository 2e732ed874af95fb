"""The tables of reasoning quality: what judges make of the traces, and how far they agree."""

from typing import Any

from rich.console import Console
from rich.table import Table

from zoo.core.criteria import NAMES


def show_quality(quality: dict[str, Any]) -> None:
    """Print each judge's means by criterion with n, and the agreement of every two judges."""
    console = Console(stderr=True, highlight=False, emoji=False)
    table = Table(box=None, title="reasoning by judges that did not train it (0-1)", title_justify="left")
    for column in ("", *quality["judges"]):
        table.add_column(column, justify="right" if column else "left", overflow="fold")
    for key, words in (*NAMES.items(), ("mean", "mean")):
        rows = quality["judges"].values()
        table.add_row(words.replace("_", " "), *(_number(row[key]) for row in rows))
    for key, words in (("n", "traces marked"), ("no_trace", "answers without a trace"), ("failed", "judge failed")):
        table.add_row(words, *(str(row[key]) for row in quality["judges"].values()))
    console.print(table)
    for row in quality["agreement"]:
        said = [
            f"{NAMES[name].replace('_', ' ')} {_number(found and found['spearman'])} / "
            f"{_number(found and found['kendall'])}"
            for name, found in row["by_criterion"].items()
        ]
        console.print(
            f"agreement of {row['judges'][0]} and {row['judges'][1]} over {row['n']} traces, rho / tau: "
            + "; ".join(said),
            soft_wrap=True,
        )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
