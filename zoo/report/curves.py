"""Curves over the steps of a training: a panel for each figure, or for a few that are read together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from zoo.report.charts import ticks

WIDTH, HEIGHT = 320, 160  # of a panel, in SVG units
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 20  # page.js knows them too
MOST = 1000  # points that a curve is drawn with; of more, means of neighbours are
SMOOTHED_FROM = 30  # points; fewer are drawn as they are, and so are steps up and down
STEPS = 3  # different values that a curve of steps has at most
ROOM = 0.05  # of the panel's height above and below the values
WINDOW = 0.1  # of the points, that a smoothed curve takes the mean over
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Curve:
    """One line of a panel: the column it is, what it is called there, and (step, value) in order."""

    column: str
    words: str
    points: Points
    dots: bool = False  # evaluations, which are few


def panel(title: str, curves: Sequence[Curve], moment: tuple[int, str] | None = None) -> str:
    """A figure of curves on one axis, with a line at a step, and what happened there."""
    curves = [curve for curve in curves if curve.points]
    drawn = [thinned(curve.points) for curve in curves]
    frame = _frame([point for points in drawn for point in points], moment)
    parts = [
        f'<svg class="curves" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" '
        f'data-frame="{" ".join(f"{edge:.8g}" for edge in frame)}">',
        *_axes(frame),
    ]
    if moment:
        x = _x(moment[0], frame)
        side = "end" if x > WIDTH / 2 else "start"
        parts.append(f'<line class="moment" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text text-anchor="{side}" x="{x:.1f}" y="{TOP - 4}">{escape(moment[1])}</text>')
    for place, (curve, points) in enumerate(zip(curves, drawn, strict=True)):
        parts += _line(curve, points, place, frame)
    parts.append('<line class="reading" y1="0" y2="0" x1="0" x2="0"/></svg>')
    every = max((len(curve.points) for curve in curves), default=0)
    note = f"; each point the mean of {-(-every // MOST)} steps" if every > MOST else ""
    key = "".join(_key(curve, place) for place, curve in enumerate(curves))
    head = f"<figcaption><b>{escape(title)}</b><span class=keys>{key}</span><output></output></figcaption>"
    return f"<figure class=panel>{head}{''.join(parts)}{f'<p class=soft>{note[2:]}</p>' if note else ''}</figure>"


def thinned(points: Points) -> Points:
    """At most `MOST` points: means of as many neighbours as that takes."""
    size = -(-len(points) // MOST)
    if size <= 1:
        return points
    blocks = (points[at : at + size] for at in range(0, len(points), size))
    return [(sum(x for x, _ in block) / len(block), sum(y for _, y in block) / len(block)) for block in blocks]


def _line(curve: Curve, points: Points, place: int, frame: tuple[float, ...]) -> Iterator[str]:
    at = [(_x(step, frame), _y(value, frame)) for step, value in points]
    if curve.dots:
        yield from (f'<circle class="k{place}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in at)
    steps = len({value for _, value in points}) <= STEPS
    smooth = not (curve.dots or steps) and len(at) >= SMOOTHED_FROM
    weak = " weak" if smooth or curve.dots else ""
    yield f'<polyline class="k{place}{weak}" data-column="{escape(curve.column)}" points="{_points(at)}"/>'
    if len(at) == 1 and not curve.dots:
        yield f'<circle class="k{place}" cx="{at[0][0]:.1f}" cy="{at[0][1]:.1f}" r="2.5"/>'
    if smooth:
        yield f'<polyline class="k{place}" points="{_points(_smooth(at))}"/>'


def _smooth(at: Points) -> Points:
    """The mean over a window that ends at each point, shorter at the beginning."""
    size = max(2, round(WINDOW * len(at)))
    windows = (at[max(0, i + 1 - size) : i + 1] for i in range(len(at)))
    return [(at[i][0], sum(y for _, y in window) / len(window)) for i, window in enumerate(windows)]


def _points(at: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in at)


def _frame(points: Points, moment: tuple[int, str] | None) -> tuple[float, float, float, float]:
    """The first and last step, and the lowest and highest value, with room where there is one of either."""
    steps = [step for step, _ in points] + ([float(moment[0])] if moment else [])
    values = [value for _, value in points]
    first, last, low, high = min(steps), max(steps), min(values), max(values)
    flat = high - low <= 1e-9 * max(abs(high), abs(low), 1e-30)
    room = (0.1 * abs(high) or 0.5) if flat else ROOM * (high - low)
    low, high = low - room, high + room
    return first, last if last > first else first + 1, low, high


def _x(step: float, frame: tuple[float, ...]) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (step - frame[0]) / (frame[1] - frame[0])


def _y(value: float, frame: tuple[float, ...]) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - frame[2]) / (frame[3] - frame[2])


def _axes(frame: tuple[float, ...]) -> Iterator[str]:
    first, last, low, high = frame
    for tick in ticks(low, high):
        y = _y(tick, frame)
        yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="side" x="{LEFT - 7}" y="{y + 3:.1f}">{_short(tick)}</text>'
    for tick in ticks(first, last):
        if tick == int(tick):
            yield f'<text class="tick" x="{_x(tick, frame):.1f}" y="{HEIGHT - 6}">{int(tick)}</text>'


def _short(value: float) -> str:
    """A tick of at most eight letters."""
    return f"{value:.3g}".replace("e-0", "e-") if value and not 1e-3 <= abs(value) < 1e5 else f"{value:.4g}"


def _key(curve: Curve, place: int) -> str:
    last = curve.points[-1][1]
    mark = f'<svg class="key" viewBox="0 0 18 8"><line class="k{place}" x1="0" x2="18" y1="4" y2="4"/></svg>'
    if curve.dots:
        mark = f'<svg class="key" viewBox="0 0 18 8"><circle class="k{place}" cx="9" cy="4" r="4"/></svg>'
    return f"<span>{mark}{escape(curve.words)} <i>{_last(last)}</i></span>"


def _last(value: float) -> str:
    return f"{value:.3g}"


def curves_of(values: Mapping[int, float]) -> Points:
    """A column as points."""
    return [(float(step), value) for step, value in values.items()]
