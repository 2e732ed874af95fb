"""A judge on the page: how far it agrees with the reference marks, what it prefers, and what it makes of falsehoods."""

from collections.abc import Mapping
from html import escape
from typing import Any

from zoo.core.criteria import HIGHEST, LOWEST, NAMES
from zoo.report.groups import bare, grouped, number
from zoo.report.heat import shares

WIDTH, HEIGHT = 260, 240  # of a calibration plot, in SVG units
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 12, 48
LARGEST = 15.0  # radius of a dot that is of all traces
MARKS = range(LOWEST, HIGHEST + 1)
FALSE = {
    "whole": "undamaged",
    "fluent_and_false": "fluent, every fact inverted",
    "own_voice": "undamaged, its own voice",
    "other_voice": "undamaged, another's voice",
}


def judge(figures: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """The sections; `figures` are those of `zoo.stages.judge_score`."""
    by_criterion = figures["by_criterion"]
    plots = "".join(_calibration(name, row.get("calibration") or {}) for name, row in by_criterion.items())
    strengths = sorted({strength for row in figures["preferred"].values() for strength in row}, key=float)
    heat = shares(
        "% of utterances, by kind (rows) and strength (columns) of the damage",
        figures["preferred"],
        strengths,
        chance=0.5,
    )
    marks = {words: [bare(figures.get(key))] for key, words in FALSE.items()}
    what = f"mean factual mark, {LOWEST} to {HIGHEST}, of traces that are"
    factual = grouped(what, marks, ("mark",), "{:.2f}".format, (LOWEST, HIGHEST))
    return (
        f"<h2>Agreement with the reference marks</h2>{_agreement(by_criterion, before.get('by_criterion') or {})}"
        f"<h2>Calibration</h2><p class=soft>Where the judge's mark rounds to 1 to 5: the mean mark of the reference. "
        f"The dashed line is a judge that is right; a dot's area and the number under it are its traces.</p>"
        f'<div class="charts four">{plots}</div>'
        f'<div class="two"><div><h2>Prefers the undamaged trace</h2><div class=card>{heat}</div><p class=soft>White '
        "is 50 %, chance: ties count half.</p></div>"
        f"<div><h2>Fluent and false</h2>{factual}</div></div>"
    )


def _agreement(by_criterion: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Rank correlations and the error of each criterion."""
    rows = []
    for name, row in by_criterion.items():
        earlier = f"<td class=n>{number((before.get(name) or {}).get('spearman'))}</td>" if before else ""
        cells = "".join(f"<td class=n>{number(row.get(key))}</td>" for key in ("spearman", "kendall", "error"))
        rows.append(f"<tr><th>{_words(name)}</th>{earlier}{cells}</tr>")
    head = ["Spearman's rho before", *COLUMNS] if before else COLUMNS
    names = "".join(f"<th class=n>{escape(words)}</th>" for words in head)
    return (
        f'<div class="card narrow"><table class=figures><thead><tr><th></th>{names}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


COLUMNS = ("Spearman's rho", "Kendall's tau", "error, marks")


def _calibration(name: str, found: Mapping[Any, Mapping[str, Any]]) -> str:
    """The reference's mean mark against the judge's, with counts."""
    rows = {int(mark): row for mark, row in found.items()}  # read from JSON, marks are text
    every = sum(row["n"] for row in rows.values())
    head = f"<figcaption><b>{_words(name)}</b> <span>n = {every:,}</span></figcaption>"
    if not every:
        return f"<figure>{head}<p class=none>not measured</p></figure>"
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="calibration, {_words(name)}">']
    for mark in MARKS:
        y = _y(mark)
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="side" x="{LEFT - 6}" y="{y + 3:.1f}">{mark}</text>')
        parts.append(f'<text class="tick" x="{_x(mark):.1f}" y="{HEIGHT - BOTTOM + 16}">{mark}</text>')
        n = rows[mark]["n"] if mark in rows else 0
        parts.append(f'<text class="tick" x="{_x(mark):.1f}" y="{HEIGHT - BOTTOM + 28}">{n:,}</text>')
    x0, x1, y0, y1 = _x(LOWEST), _x(HIGHEST), _y(LOWEST), _y(HIGHEST)
    parts.append(f'<line class="edge" x1="{x0:.1f}" x2="{x1:.1f}" y1="{y0:.1f}" y2="{y1:.1f}"/>')
    known = [(mark, row["reference"], row["n"]) for mark, row in sorted(rows.items()) if row["n"]]
    points = " ".join(f"{_x(mark):.1f},{_y(value):.1f}" for mark, value, _ in known)
    parts.append(f'<polyline class="k0" points="{points}"/>')
    for mark, value, n in known:
        size = max(2.5, LARGEST * (n / every) ** 0.5)
        parts.append(
            f'<circle class="marked" cx="{_x(mark):.1f}" cy="{_y(value):.1f}" r="{size:.1f}">'
            f"<title>judge {mark}: reference {value:.2f}, {n} traces</title></circle>"
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="tick" x="{middle}" y="{HEIGHT - 5}">the judge&#39;s mark, and its traces</text></svg>')
    return f"<figure>{head}{''.join(parts)}</figure>"


def _x(mark: float) -> float:
    return LEFT + LARGEST + (WIDTH - LEFT - RIGHT - 2 * LARGEST) * (mark - LOWEST) / (HIGHEST - LOWEST)


def _y(mark: float) -> float:
    return HEIGHT - BOTTOM - LARGEST - (HEIGHT - BOTTOM - TOP - 2 * LARGEST) * (mark - LOWEST) / (HIGHEST - LOWEST)


def _words(name: str) -> str:
    return escape(NAMES.get(name, name).replace("_", " "))
