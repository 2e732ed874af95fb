"""The page of a comparison: one HTML file that needs nothing else, with the table and a plot of every figure."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from zoo.report.annotation_page import STYLE
from zoo.report.comparison import Column, Compared, columns_of, percent, written

OWN_STYLE = Path(__file__).with_name("comparison.css")
WIDTH, ROW, EDGE = 300, 34, 4  # of a panel, in SVG units
SHARES = {percent}  # forms of figures between 0 and 1, whose axis is all of it


def page(name: str, lines: Sequence[Compared], said: Sequence[str], command: str) -> str:
    """The page as text; names are escaped."""
    columns = columns_of(lines)
    body = [
        f"<h1>{escape(name)}</h1>",
        "<ul class=notes>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in said) + "</ul>",
        _table(lines, columns),
        "<h2>Figure by figure</h2>",
        "<p class=soft>Dots with 95 % intervals, rings for single seeds; bars begin at zero.</p>",
        f'<div class="panels">{"".join(_panel(column, lines) for column in columns)}</div>',
        "<h2>Where they lie</h2>",
        _places(lines),
        "<h2>The command</h2>",
        f"<pre>{escape(command)}</pre>",
    ]
    style = STYLE.read_text(encoding="utf-8") + OWN_STYLE.read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(name)}</title>"
    )
    return (
        f"<!doctype html><html lang=en><head>{head}<style>{style}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _table(lines: Sequence[Compared], columns: Sequence[Column]) -> str:
    """Members as rows; on a narrow screen each is a card of its own, by the style sheet."""
    head = "".join(f"<th class=n>{escape(column.words)}</th>" for column in columns)
    best = {column.key: _best(column, lines) for column in columns}
    rows = []
    for line in lines:
        cells = "".join(_cell(column, line, line in best[column.key]) for column in columns)
        rows.append(f"<tr><th>{escape(line.name)}</th>{cells}</tr>")
    return (
        f"<div class='card scroll'><table class=compare><thead><tr><th></th>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(column: Column, line: Compared, best: bool) -> str:
    value, bracket, ends = written(column, line).partition(" [")
    said = escape(value) + (f" <span class=ends>[{escape(ends)}</span>" if bracket else "")
    kind = "n best" if best else "n"
    return f'<td class="{kind}" data-label="{escape(column.words)}"><span>{said}</span></td>'


def _best(column: Column, lines: Sequence[Compared]) -> list[Compared]:
    """The lines whose figure is the best as it is written, where there is a better and a worse."""
    shown = [line for line in lines if column.key in line.figures]
    if not column.better or len(shown) < 2 or column.key == "against":
        return []
    most = max(column.better * line.figures[column.key].value for line in shown)
    said = {column.form(column.better * most)}
    found = [line for line in shown if column.form(line.figures[column.key].value) in said]
    return found if len(found) < len(shown) else []


def _panel(column: Column, lines: Sequence[Compared]) -> str:
    """One figure of every line: the name and the value over a dot with its interval, or over a bar."""
    shown = [line for line in lines if column.key in line.figures]
    tall = ROW * len(shown) + EDGE
    parts = [f'<svg viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{escape(column.words)}">']
    low, high = _axis(column, shown)
    for i, line in enumerate(shown):
        at, value = ROW * i, written(column, line)
        room = 52 - len(value)  # letters of 11 units that a panel is wide, less those of the value
        name = line.name if len(line.name) <= room else line.name[: room - 1] + "\u2026"
        parts.append(f'<text x="0" y="{at + 13}">{escape(name)}<title>{escape(line.name)}</title></text>')
        parts.append(f'<text class="value" x="{WIDTH}" y="{at + 13}">{escape(value)}</text>')
        parts.append(_mark(column, line, at + 23, low, high))
    return f"<figure><figcaption><b>{escape(column.words)}</b></figcaption>{''.join(parts)}</svg></figure>"


def _axis(column: Column, lines: Sequence[Compared]) -> tuple[float, float]:
    """From zero, or from the lowest where figures are below; to one for shares, else to the highest."""
    figures = [line.figures[column.key] for line in lines]
    ends = [end for f in figures for end in (f.value, f.low, f.high, *f.each) if end is not None]
    low, high = min(0.0, *ends), 1.0 if column.form in SHARES or column.key == "grounded" else max(0.0, *ends)
    return low, high if high > low else low + 1.0


def _mark(column: Column, line: Compared, y: float, low: float, high: float) -> str:
    def x(value: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (value - low) / (high - low)

    found = line.figures[column.key]
    parts = [f'<rect class="track" x="{EDGE}" y="{y - 1}" width="{WIDTH - 2 * EDGE}" height="2"/>']
    if found.low is None or found.high is None:
        left, right = sorted((x(0.0), x(found.value)))
        return f'{parts[0]}<rect x="{left:.1f}" y="{y - 4}" width="{right - left:.1f}" height="8"/>'
    if low < 0:
        parts.append(f'<line class="edge" x1="{x(0.0):.1f}" x2="{x(0.0):.1f}" y1="{y - 6}" y2="{y + 6}"/>')
    parts.append(f'<line class="ends" x1="{x(found.low):.1f}" x2="{x(found.high):.1f}" y1="{y}" y2="{y}"/>')
    if len(found.each) > 1:
        parts += [f'<circle class="seed" cx="{x(value):.1f}" cy="{y}" r="2.5"/>' for value in found.each]
    parts.append(f'<circle cx="{x(found.value):.1f}" cy="{y}" r="4.5"/>')
    return "".join(parts)


def _places(lines: Sequence[Compared]) -> str:
    rows = [
        f"<tr><th>{escape(line.name)}</th><td>{escape(line.stage)}</td><td>{escape(line.trained_on)}</td>"
        f"<td>{'<br>'.join(escape(place) for place in line.checkpoints)}</td></tr>"
        for line in lines
    ]
    head = "<tr><th></th><th>stage</th><th>trained on</th><th>checkpoint</th></tr>"
    return f"<div class='card scroll'><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></div>"
