"""Answer length against reward: whether longer answers are paid more, one dot an answer."""

from collections.abc import Sequence
from html import escape

import numpy as np

from zoo.report.charts import ticks
from zoo.stages.said import Said

WIDTH, HEIGHT = 360, 190  # in SVG units
LEFT, RIGHT, TOP, BOTTOM = 36, 10, 10, 34
MOST = 1500  # answers that are drawn: the last ones
SIZE = 3  # of a mark


def lengths(title: str, answers: Sequence[Said]) -> str:
    """A figure of answers: rings tell the emotion, crosses do not; "" where none has a reward."""
    every = [row for row in answers if row.reward is not None]
    rows = every[-MOST:]
    if not rows:
        return ""
    tokens = np.array([row.tokens for row in rows], float)
    worth = np.array([row.reward for row in rows], float)
    x0, x1 = _room(tokens)
    y0, y1 = _room(worth)
    said = (
        f"n = {len(rows)}" + (f", the last of {len(every)}" if len(every) > len(rows) else "") + _related(tokens, worth)
    )
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for tick in ticks(y0, y1):
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (tick - y0) / (y1 - y0)
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="side" x="{LEFT - 4}" y="{y + 3:.1f}">{tick:.4g}</text>')
    for tick in ticks(x0, x1):
        x = LEFT + (WIDTH - LEFT - RIGHT) * (tick - x0) / (x1 - x0)
        parts.append(f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 20}">{tick:.4g}</text>')
    parts.append(f'<text class="tick" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 5}">tokens of the answer</text>')
    for row, length, value in zip(rows, tokens, worth, strict=True):
        x = LEFT + (WIDTH - LEFT - RIGHT) * (length - x0) / (x1 - x0)
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - y0) / (y1 - y0)
        parts.append(_mark(x, y, row.right))
    parts.append("</svg>")
    ring, cross = '<circle class="hit" cx="6" cy="6" r="4"/>', '<path class="miss" d="M2 2L10 10M2 10L10 2"/>'
    box = '<svg class="key" viewBox="0 0 12 12">'
    key = f"<span class=keys><span>{box}{ring}</svg>right</span><span>{box}{cross}</svg>wrong</span></span>"
    return f"<figure><figcaption><b>{escape(title)}</b> <span>{said}</span>{key}</figcaption>{''.join(parts)}</figure>"


def _related(tokens: np.ndarray, worth: np.ndarray) -> str:
    """Pearson's r, where both differ."""
    if len(tokens) < 3 or tokens.std() < 1e-9 or worth.std() < 1e-9:
        return ""
    return f", r = {np.corrcoef(tokens, worth)[0, 1]:+.2f}"


def _room(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.05 * (high - low) or 0.5
    return low - room, high + room


def _mark(x: float, y: float, right: bool) -> str:
    if right:
        return f'<circle class="hit" cx="{x:.1f}" cy="{y:.1f}" r="{SIZE}"/>'
    a, b, c, d = x - SIZE, y - SIZE, x + SIZE, y + SIZE
    return f'<path class="miss" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}M{a:.1f} {d:.1f}L{c:.1f} {b:.1f}"/>'
