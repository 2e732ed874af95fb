"""Small charts for a page that needs nothing else: histograms in SVG, shares as rows of coloured boxes."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.levels import Edges

WIDTH, HEIGHT = 320, 150  # of a histogram, in SVG units
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 22, 22
BINS = 32
SHOWN = (0.5, 99.5)  # percentiles on the axis; what lies beyond is counted in the outermost bars
TICKS = 5
ZONES = ("low", "normal", "high")  # classes of the style sheet, also used for slow and fast
LABELLED = 0.09  # share of a row above which its box is wide enough for its number


def histogram(values: NDArray[np.float64], title: str, unit: str, edges: Edges | None = None) -> str:
    """A figure of a distribution [N], its bars coloured by the level they belong to where there are edges."""
    head = f"<figcaption><b>{escape(title)}</b> <span>{escape(unit)}, n = {len(values):,}</span></figcaption>"
    if not len(values):
        return f"<figure>{head}<p class=none>not measured</p></figure>"
    low, high = (float(edge) for edge in np.percentile(values, SHOWN))
    if edges:
        low, high = min(low, edges[0]), max(high, edges[1])
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    counts, bounds = np.histogram(np.clip(values, low, high), BINS, (low, high))
    return f"<figure>{head}{_svg(counts, bounds, edges, title)}</figure>"


def shares(rows: Mapping[str, Mapping[str, int]], order: Sequence[str], classes: Mapping[str, str]) -> str:
    """A table of stacked bars: for each row its counts by name, in this order, each in its class of the style sheet."""
    lines = []
    for label, counts in rows.items():
        total = sum(counts.values()) or 1
        boxes = "".join(
            f'<i class="{classes[name]}" style="width:{100 * counts[name] / total:.2f}%" '
            f'title="{escape(name)}: {counts[name]} of {total}">'
            f"{f'{100 * counts[name] / total:.0f}' if counts[name] >= LABELLED * total else ''}</i>"
            for name in order
            if counts.get(name)
        )
        lines.append(f"<tr><th>{escape(label)}</th><td class=n>{total:,}</td><td class=bar>{boxes}</td></tr>")
    return f"<table class=shares>{''.join(lines)}</table>"


def tiles(figures: Mapping[str, str]) -> str:
    """Large figures in boxes, each over what it is."""
    boxes = (f"<div><b>{escape(said)}</b><span>{escape(words)}</span></div>" for words, said in figures.items())
    return f'<div class="tiles">{"".join(boxes)}</div>'


def legend(order: Sequence[str], classes: Mapping[str, str]) -> str:
    """What the colours of `shares` mean."""
    return (
        "<p class=legend>" + " ".join(f'<span><i class="{classes[n]}"></i>{escape(n)}</span>' for n in order) + "</p>"
    )


def _svg(counts: NDArray[np.int64], bounds: NDArray[np.float64], edges: Edges | None, title: str) -> str:
    low, high, tallest = float(bounds[0]), float(bounds[-1]), int(counts.max())
    base = HEIGHT - BOTTOM

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for count, start, end in zip(counts, bounds[:-1], bounds[1:], strict=True):
        tall = (base - TOP) * int(count) / tallest
        zone = "only" if edges is None else ZONES[int(np.searchsorted(edges, (start + end) / 2))]
        parts.append(
            f'<rect class="{zone}" x="{x(float(start)) + 0.5:.1f}" y="{base - tall:.1f}" '
            f'width="{x(float(end)) - x(float(start)) - 1:.1f}" height="{tall:.1f}">'
            f"<title>{float(start):.4g} to {float(end):.4g}: {int(count)}</title></rect>"
        )
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>')
    parts += [f'<text class="tick" x="{x(tick):.1f}" y="{base + 14}">{tick:.4g}</text>' for tick in ticks(low, high)]
    for edge, anchor, shift in zip(edges or (), ("end", "start"), (-3, 3), strict=False):
        parts.append(f'<line class="edge" x1="{x(edge):.1f}" x2="{x(edge):.1f}" y1="{TOP - 12}" y2="{base}"/>')
        parts.append(
            f'<text class="edge" text-anchor="{anchor}" x="{x(edge) + shift:.1f}" y="{TOP - 8}">{edge:.4g}</text>'
        )
    return "".join([*parts, "</svg>"])


def ticks(low: float, high: float) -> list[float]:
    """About five round numbers between two values."""
    rough = (high - low) / TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(next(m for m in (1, 2, 2.5, 5, 10) if m * power >= rough) * power)
    return [float(tick) + 0.0 for tick in np.arange(np.ceil(low / step) * step, high + step * 1e-6, step)]
