"""Reasoning quality on the page: what each judge makes of the traces, criterion by criterion, and how judges agree."""

from collections.abc import Mapping
from html import escape
from typing import Any

from zoo.core.criteria import NAMES
from zoo.report.groups import bare, grouped, number


def quality(figures: Mapping[str, Any]) -> str:
    """The section; `figures` are those of `zoo.stages.quality`."""
    judges = figures["judges"]
    rows = {
        words.replace("_", " "): [bare(row[key]) for row in judges.values()]
        for key, words in (*NAMES.items(), ("mean", "mean"))
    }
    marks = grouped("reasoning by judges that did not train it, 0 to 1", rows, list(judges), "{:.3f}".format)
    counted = "".join(
        f"<li>{escape(name)}: {row['n']} traces marked, {row['no_trace']} answers without a trace, {row['failed']} "
        "times the judge failed</li>"
        for name, row in judges.items()
    )
    tables = "".join(_agreement(row) for row in figures["agreement"])
    beside = f"<div class=stack>{tables}<ul class=notes>{counted}</ul></div>"
    return f'<h2>Reasoning quality</h2><div class="two">{marks}{beside}</div>'


def _agreement(row: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<tr><th>{escape(NAMES[name].replace('_', ' '))}</th>"
        + "".join(f"<td class=n>{number((found or {}).get(key))}</td>" for key in ("spearman", "kendall"))
        + "</tr>"
        for name, found in row["by_criterion"].items()
    )
    names = escape(" and ".join(row["judges"]))
    return (
        f"<div class=card><table class=figures><caption>agreement of {names}, {row['n']} traces</caption>"
        f"<thead><tr><th></th><th class=n>rho</th><th class=n>tau</th></tr></thead><tbody>{lines}</tbody></table></div>"
    )
