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
from zoo.report.faithfulness_page import faithfulness
from zoo.report.judge_page import judge
from zoo.report.lengths import lengths
from zoo.report.logged import Logged
from zoo.report.measures_table import WORDS, notes
from zoo.report.perception_page import perception
from zoo.report.quality_page import quality
from zoo.report.results import SHOWN
from zoo.report.traces import held_out, sampled
from zoo.report.training import training
from zoo.stages.said import Said

REPORT = "report.html"  # in a run's folder
ASKED = {"mean", "by_cue"}  # what a test of perception gives
TESTED = {  # figures of the tests, by their path
    ("spearman",): ("mean rho with the reference marks", "{:.3f}"),
    ("fluent_and_false",): ("factual mark of fluent and false traces (1-5)", "{:.2f}"),
    ("mean",): ("prosody perception, mean of the cues", "{:.1%}"),
    ("grounding", "all", "precision", "value"): ("precision of claims that can be checked", "{:.1%}"),
    ("grounding", "all", "shuffled", "value"): ("the same claims beside other audio", "{:.1%}"),
}


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
    for path, (words, form) in TESTED.items():
        value: Any = figures
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, float):
            found[words] = form.format(value)
    what = "questions about held-out utterances" if figures.keys() >= ASKED else "held-out utterances"
    return found | {what: f"{figures['n']:,}"}


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
    """What was asked: emotions, cues, what a judge is worth, whether explanations are about the signal."""
    figures, before, parts = shown.figures, shown.before, []
    if "grounding" in figures:
        parts.append(faithfulness(figures))
    if "confusion" in figures:
        parts.append("<h2>Emotion by emotion</h2>" + emotions(figures, before))
    if "quality" in figures:
        parts.append(quality(figures["quality"]))
    cues = figures.get("perception") or (figures if figures.keys() >= ASKED else None)
    if cues:
        parts.append(perception(cues, before.get("perception") or before))
    if "majority" in figures:
        rows = [
            Bar(cue, value, marks=(("majority", figures["majority"][cue]),)) for cue, value in figures["by_cue"].items()
        ]
        parts.append(bars(rows, "accuracy by cue; the tick is its most frequent level"))
    if "by_criterion" in figures:
        parts.append(judge(figures, before))
    return parts


def _lengths(shown: Shown) -> str:
    return lengths("Held out, greedy answers", shown.said) + lengths("Sampled in training", shown.samples)
