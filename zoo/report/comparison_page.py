"""The page of a comparison: one HTML file that needs nothing else, with the table and a plot of every figure."""

import re
from collections.abc import Sequence
from html import escape

from zoo.report.comparison import Column, Compared, Result, columns_of, percent, written
from zoo.report.document import document
from zoo.report.emotions import emotions
from zoo.report.intervals import Figure

WIDTH, TALL, EDGE = 300, 12, 5  # of a line in a panel, in SVG units
SHARES = {percent}  # forms of figures between 0 and 1, whose axis is all of it


def page(
    name: str, lines: Sequence[Compared], said: Sequence[str], command: str, results: Sequence[Result] = ()
) -> str:
    """The page as text; names are escaped. `results` are of every training and checkpoint, for their confusions."""
    columns = columns_of(lines)
    body = [
        f"<h1>{escape(name)}</h1>",
        "<ul class=notes>" + "".join(f"<li>{_broken(sentence)}</li>" for sentence in said) + "</ul>",
        _table(lines, columns),
        "<h2>Figure by figure</h2>",
        "<p class=soft>Dots with 95 % intervals, rings for single seeds; bars begin at zero.</p>",
        f'<div class="panels">{"".join(_panel(column, lines) for column in columns)}</div>',
        *_emotions(results),
        "<h2>Where they lie</h2>",
        _places(lines),
        "<h2>The command</h2>",
        f"<pre>{escape(command)}</pre>",
    ]
    return document(name, "".join(body))


def _table(lines: Sequence[Compared], columns: Sequence[Column]) -> str:
    """Members as rows; on a narrow screen each is a card of its own, by the style sheet."""
    head = "".join(f"<th class=n>{escape(column.words)}</th>" for column in columns)
    rows = [
        f"<tr><th>{_broken(line.name)}</th>{''.join(_cell(column, line) for column in columns)}</tr>" for line in lines
    ]
    return (
        f"<div class='card scroll'><table class=compare><thead><tr><th></th>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _broken(text: str) -> str:
    """Names that may be broken between their words."""
    return re.sub(r"([_.+,/:])(?=\w)", r"\1<wbr>", escape(text))


def _cell(column: Column, line: Compared) -> str:
    value, bracket, ends = written(column, line).partition(" [")
    said = escape(value) + (f" <span class=ends>[{escape(ends)}</span>" if bracket else "")
    return f'<td class=n data-label="{escape(column.words)}"><span>{said}</span></td>'


def _panel(column: Column, lines: Sequence[Compared]) -> str:
    """One figure of every line: its name and the value, and under them a dot with its interval, or a bar."""
    shown = [line for line in lines if column.key in line.figures]
    low, high = _axis(column, shown)
    rows = [
        f"<p><span>{_broken(line.name)}</span><span>{escape(written(column, line))}</span></p>"
        f'<svg viewBox="0 0 {WIDTH} {TALL}" role="img" aria-label="{escape(f"{column.words}, {line.name}")}">'
        f"{_mark(line.figures[column.key], low, high)}</svg>"
        for line in shown
    ]
    return f"<figure><figcaption><b>{escape(column.words)}</b></figcaption>{''.join(rows)}</figure>"


def _axis(column: Column, lines: Sequence[Compared]) -> tuple[float, float]:
    """From zero, or from the lowest where figures are below; to one for shares, else to the highest."""
    figures = [line.figures[column.key] for line in lines]
    ends = [end for f in figures for end in (f.value, f.low, f.high, *f.each) if end is not None]
    low, high = min(0.0, *ends), 1.0 if column.form in SHARES or column.words.endswith("(0-1)") else max(0.0, *ends)
    return low, high if high > low else low + 1.0


def _mark(found: Figure, low: float, high: float) -> str:
    def x(value: float) -> str:
        return f"{EDGE + (WIDTH - 2 * EDGE) * (value - low) / (high - low):.1f}"

    y = TALL / 2
    track = f'<line class="track" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y}" y2="{y}"/>'
    zero = f'<line class="edge" x1="{x(0.0)}" x2="{x(0.0)}" y1="0" y2="{TALL}"/>' if low < 0 else ""
    if found.low is None or found.high is None:
        ends, kind = (0.0, found.value), "bar"
    else:
        ends, kind = (found.low, found.high), "ends"
    parts = [track, zero, f'<line class="{kind}" x1="{x(ends[0])}" x2="{x(ends[1])}" y1="{y}" y2="{y}"/>']
    if len(found.each) > 1:
        parts += [f'<circle class="seed" cx="{x(value)}" cy="{y}" r="2.5"/>' for value in found.each]
    if kind == "ends":
        parts.append(f'<circle cx="{x(found.value)}" cy="{y}" r="4.5"/>')
    return "".join(parts)


def _emotions(results: Sequence[Result]) -> list[str]:
    """Confusion and recall of each that was asked for emotions, to open."""
    asked = [result for result in results if "confusion" in result["figures"]]
    parts = [f"<details><summary>{_broken(r['name'])}</summary>{emotions(r['figures'], {})}</details>" for r in asked]
    return ["<h2>Emotion by emotion</h2>", *parts] if parts else []


def _places(lines: Sequence[Compared]) -> str:
    rows = [
        f"<tr><th>{_broken(line.name)}</th><td data-label=stage>{escape(line.stage)}</td>"
        f'<td data-label="trained on">{_broken(line.trained_on)}</td>'
        f"<td data-label=checkpoint>{'<br>'.join(_broken(place) for place in line.checkpoints)}</td></tr>"
        for line in lines
    ]
    head = "<tr><th></th><th>stage</th><th>trained on</th><th>checkpoint</th></tr>"
    table = f"<table class='compare places'><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    return f"<div class='card scroll'>{table}</div>"
