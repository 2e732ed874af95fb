"""The page of a training or an evaluation: curves, figures, confusion, lengths, and traces to read and listen to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from zoo.core.console import message
from zoo.core.lines import replaced
from zoo.report.charts import tiles
from zoo.report.document import document
from zoo.report.emotions import Bar, bars, emotions
from zoo.report.lengths import lengths
from zoo.report.logged import Logged
from zoo.report.measures_table import WORDS, notes
from zoo.report.results import SHOWN
from zoo.report.traces import held_out, sampled
from zoo.report.training import training
from zoo.stages.said import Said

REPORT = "report.html"  # in a run's folder


@dataclass(frozen=True)
class Shown:
    """What a page is made of; what a stage has none of stays empty."""

    title: str
    about: Sequence[str]
    figures: Mapping[str, Any] = field(default_factory=dict)  # `Stage.results`, and `measures` with its split
    before: Mapping[str, Any] = field(default_factory=dict)  # of the training
    said: Sequence[Said] = ()
    logged: Logged = field(default_factory=dict)
    samples: Sequence[Said] = ()  # answers while it trained


def write(path: Path, shown: Callable[[], Shown]) -> Path | None:
    """Write a page. Where it cannot be drawn or written, a warning says why, and nothing else is lost: None."""
    try:
        text = page(shown())
        with replaced(path) as file:
            file.write(text)
    except Exception as error:  # hours of training must not end in a traceback about a drawing
        message(f"warning: no report at {path}: {type(error).__name__}: {error}")
        return None
    return path


def page(shown: Shown) -> str:
    """The page as text; whatever a corpus or a model says is escaped."""
    parts = [f"<h1>{escape(shown.title)}</h1>", *(f"<p class=soft>{escape(line)}</p>" for line in shown.about)]
    if shown.figures:
        parts += [tiles(_tiles(shown.figures, shown.before)), _measured(shown.figures), *_told(shown)]
    if shown.logged:
        parts += ["<h2>The training, step by step</h2>", training(shown.logged)]
    if figures := _lengths(shown):
        parts += ["<h2>Answer length against reward</h2>", f'<div class="two">{figures}</div>']
    if shown.said:
        parts += ["<h2>What it says of held-out speakers</h2>", held_out(shown.said)]
    if shown.samples:
        parts += ["<h2>What it said while it trained</h2>", sampled(shown.samples)]
    return document(shown.title, "".join(parts), script=True)


def _tiles(figures: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for key, (words, form) in SHOWN.items():
        if isinstance(figures.get(key), float):
            earlier = f"; before {form.format(before[key])}" if isinstance(before.get(key), float) else ""
            found[words + earlier] = form.format(figures[key])
    return found | {"held-out utterances": f"{figures['n']:,}"}


def _measured(figures: Mapping[str, Any]) -> str:
    """Accuracy, recall and F1 with their intervals, and what must be known to read them."""
    if "intervals" not in figures:
        return ""
    rows = []
    for key, words in WORDS.items():
        ends = figures["intervals"][key]
        interval = f"{ends[0]:.1%} to {ends[1]:.1%}" if ends else "no interval: one speaker"
        rows.append(f"<tr><th>{words}</th><td class=n>{figures[key]:.1%}</td><td class=n>{interval}</td></tr>")
    said = "".join(f"<li>{escape(line)}</li>" for line in notes(figures))
    table = f"<table><tbody>{''.join(rows)}</tbody></table>"
    return f'<h2>Held-out speakers</h2><div class="two"><div class=card>{table}</div><ul class=notes>{said}</ul></div>'


def _told(shown: Shown) -> list[str]:
    """Bars and confusion of whatever was asked: emotions, cues, criteria."""
    figures, before, parts = shown.figures, shown.before, []
    if "confusion" in figures:
        parts.append(emotions(figures, before))
    perception = figures.get("perception") or (figures if "mean" in figures and "by_cue" in figures else None)
    if perception:
        earlier = (before.get("perception") or before).get("by_cue") or {}
        parts.append(
            bars(_perceived(perception["by_cue"], earlier), "prosody perception; ticks: chance, majority, before")
        )
    if "majority" in figures:
        rows = [
            Bar(cue, value, marks=(("majority", figures["majority"][cue]),)) for cue, value in figures["by_cue"].items()
        ]
        parts.append(bars(rows, "accuracy by cue; the tick is its most frequent level"))
    if "by_criterion" in figures:
        rows = [Bar(name, row["spearman"]) for name, row in figures["by_criterion"].items()]
        kinds = figures["preferred"].items()
        damaged = [
            Bar(f"{kind} at {at}", share, marks=(("chance", 0.5),)) for kind, row in kinds for at, share in row.items()
        ]
        parts.append(
            f'<div class="two">{bars(rows, "agreement with the reference, rho x 100 %")}'
            f"{bars(damaged, 'prefers the undamaged trace; the tick is chance')}</div>"
        )
    return parts


def _perceived(by_cue: Mapping[str, Any], before: Mapping[str, Any]) -> list[Bar]:
    return [
        Bar(
            cue,
            row["accuracy"],
            (before.get(cue) or {}).get("accuracy"),
            tuple((name, row[name]) for name in ("chance", "majority") if row[name] is not None),
            row["n"],
        )
        for cue, row in by_cue.items()
    ]


def _lengths(shown: Shown) -> str:
    return lengths("Held out, greedy answers", shown.said) + lengths("Sampled in training", shown.samples)
