"""A voice drawn over time as HTML: its wave, pitch and energy in three lanes, and its words with their stress.

Lanes stretch to any width, so nothing in them is text: what there is to read stands beside them and wraps.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.energy import Energy
from zoo.acoustics.levels import Edges
from zoo.acoustics.stress import STANDS_OUT
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave

WIDTH, HEIGHT = 1000.0, 100.0  # of a lane in SVG units, stretched to whatever room there is
MOST = 600  # columns that a lane is drawn with: a finer curve would not be seen
MARGIN_ST = 2.0  # above and below the voice's own pitch
QUIET_DB = 45.0  # below the loudest frame the energy lane ends: what is softer is no speech
LETTER = 11.0  # SVG units that a letter of a word's label needs on a wide page

Words = Sequence[Mapping[str, Any]]


def lanes(
    wave: Wave, track: Track, levels: Energy, words: Words = (), edges: Mapping[str, Edges | None] | None = None
) -> str:
    """Wave, pitch and energy of a wave over the same time.

    Args:
        wave: what was recorded.
        track: its F0.
        levels: its energy.
        words: rows of `word, start_s, end_s, stress` in order, as an annotation has them; none where unknown.
        edges: the two thresholds of `pitch` in Hz and `energy` in dBFS, drawn as dashed lines where known.
    """
    edges, end_s = edges or {}, max(wave.duration_s, 1e-3)
    bands = "".join(_bands(words, end_s))
    labels = f'<div class="labels" aria-hidden="true">{"".join(_labels(words, end_s))}</div>' if words else ""
    return (
        '<div class="voice">'
        f"{labels}{_lane('wave', 'the wave', bands + _wave(wave))}"
        f"{_lane('pitch', 'pitch over time', bands + _pitch(track, end_s, edges.get('pitch')))}"
        f"{_lane('energy', 'energy over time', bands + _energy(levels, end_s, edges.get('energy')))}"
        f'<div class="time"><span>0 s</span><span>{end_s / 2:.1f} s</span><span>{end_s:.1f} s</span></div></div>'
    )


def words_in_time(words: Words) -> str:
    """The words in order, those that stand out marked, each with its time and the sum of its z-scores to look up."""
    rows = []
    for row in words:
        stress = row["stress"]
        said = f"{row['start_s']:.2f} to {row['end_s']:.2f} s" + ("" if stress is None else f", stress {stress:+.1f}")
        kind = "strong" if stress is not None and stress >= STANDS_OUT else "span"
        rows.append(f'<{kind} title="{said}">{escape(str(row["word"]))}</{kind}>')
    return f'<p class="words">{" ".join(rows)}</p>'


def _lane(name: str, about: str, inside: str) -> str:
    box = f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none" role="img" aria-label="{about}"'
    return f'<p class="lane">{name}</p><svg class="{name}" {box}>{inside}</svg>'


def _bands(words: Words, end_s: float) -> Iterator[str]:
    for row in words:
        stressed = row["stress"] is not None and row["stress"] >= STANDS_OUT
        left, right = (WIDTH * row[edge] / end_s for edge in ("start_s", "end_s"))
        yield (
            f'<rect class="{"stressed" if stressed else "word"}" x="{left:.1f}" y="0" '
            f'width="{right - left:.1f}" height="{HEIGHT:.0f}"/>'
        )


def _labels(words: Words, end_s: float) -> Iterator[str]:
    """A word over its place, where its place is wide enough for it on a wide page."""
    for row in words:
        room = WIDTH * (row["end_s"] - row["start_s"]) / end_s
        if room >= LETTER * len(row["word"]):
            left = 100 * row["start_s"] / end_s
            yield f'<span style="left:{left:.2f}%;width:{room / WIDTH:.2%}">{escape(str(row["word"]))}</span>'


def _wave(wave: Wave) -> str:
    edges = np.linspace(0, len(wave.samples), min(MOST, len(wave.samples)) + 1).astype(int)
    high, low = (f.reduceat(wave.samples, edges[:-1]) for f in (np.maximum, np.minimum))
    tallest = max(float(np.abs(wave.samples).max(initial=0.0)), 1e-9)
    x = WIDTH * np.arange(len(high)) / max(1, len(high) - 1)
    outline = [*zip(x, high, strict=True), *zip(x[::-1], low[::-1], strict=True)]
    return f'<path d="M{" L".join(f"{at:.1f} {50 - 48 * y / tallest:.1f}" for at, y in outline)}Z"/>'


def _pitch(track: Track, end_s: float, edges: Edges | None) -> str:
    """F0 in semitones, a line for each voiced stretch; nothing where no voice is."""
    if not track.voiced.any():
        return ""
    thin = max(1, len(track.f0_hz) // (2 * MOST))
    times_s, tone_st = track.times_s[::thin], 12 * np.log2(track.f0_hz[::thin])
    known = tone_st[np.isfinite(tone_st)]
    marks = [float(12 * np.log2(hz)) for hz in edges or ()]
    if not len(known):
        return ""
    low, high = min([float(known.min()), *marks]) - MARGIN_ST, max([float(known.max()), *marks]) + MARGIN_ST
    return _dashed(marks, low, high) + _line(times_s / end_s, tone_st, low, high)


def _energy(levels: Energy, end_s: float, edges: Edges | None) -> str:
    thin = max(1, len(levels.frames_dbfs) // MOST)
    whole = len(levels.frames_dbfs) // thin * thin
    loudest = levels.frames_dbfs[:whole].reshape(-1, thin).max(axis=1)
    high = max([float(loudest.max()), *(edges or ())]) + 1.0
    low = min([high - QUIET_DB, *((edge - 1.0) for edge in edges or ())])
    return _dashed(edges or (), low, high) + _line(
        levels.times_s[:whole:thin] / end_s, np.maximum(loudest, low), low, high
    )


def _dashed(marks: Sequence[float], low: float, high: float) -> str:
    places = (HEIGHT * (high - mark) / (high - low) for mark in marks)
    return "".join(f'<line class="edge" x1="0" x2="{WIDTH:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>' for y in places)


def _line(at: NDArray[np.float64], values: NDArray[np.float64], low: float, high: float) -> str:
    """A line through finite values [T] at shares [T] of the time; it breaks where they are not."""
    y = HEIGHT * (high - values) / (high - low)
    known = np.isfinite(values)
    starts = np.flatnonzero(known & ~np.concatenate(([False], known[:-1])))
    paths = []
    for start in starts:
        after = np.flatnonzero(~known[start:])
        end = start + after[0] if len(after) else len(known)
        points = " ".join(f"{WIDTH * at[i]:.1f} {y[i]:.1f}" for i in range(start, end))
        paths.append(f"M{points} l0.1 0")  # a single frame is a dot
    return f'<path class="line" d="{" ".join(paths)}"/>'
