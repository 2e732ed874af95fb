"""Perception of prosody on the page: accuracy by cue beside chance and majority, and what was taken for what."""

from collections.abc import Mapping
from html import escape
from typing import Any

from zoo.acoustics.cues import LEVELS
from zoo.report.groups import bare, grouped
from zoo.report.heat import told
from zoo.stages.perception_score import NONE

SERIES = ("accuracy", "always the majority answer", "chance")


def perception(figures: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """The sections, also of each corpus where there are several; `figures` are a `PerceptionScore`'s."""
    parts = [_of("Prosody perception", figures, before)]
    for corpus, own in (figures.get("by_corpus") or {}).items():
        parts.append(_of(f"Prosody perception, {corpus}", own, (before.get("by_corpus") or {}).get(corpus) or {}))
    return "".join(parts)


def _of(title: str, figures: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    by_cue, earlier = figures["by_cue"], before.get("by_cue") or {}
    rows = {}
    for cue, row in by_cue.items():
        values = [row["accuracy"], row["majority"], row["chance"], (earlier.get(cue) or {}).get("accuracy")]
        rows[f"{cue}, n\xa0=\xa0{row['n']}"] = [bare(value) for value in values[: 4 if earlier else 3]]
    series = (*SERIES, "before training")[: 4 if earlier else 3]
    tables = "".join(_told(cue, row["told"]) for cue, row in by_cue.items() if row.get("told"))
    accuracy = grouped("accuracy by cue", rows, series)
    return f'<h2>{escape(title)}</h2>{accuracy}<div class="charts cues">{tables}</div>'


def _told(cue: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    """A confusion, its options in the order of the levels."""
    said = {name for row in counts.values() for name in row}
    order = [name for name in LEVELS.get(cue, ()) if name in counts.keys() | said]
    order += sorted((counts.keys() | said) - {*order, NONE})
    columns = [*order, *([NONE] if NONE in said else [])]
    what = "" if cue in LEVELS else ", by place in the question"
    rows = {name: counts[name] for name in order if name in counts}
    return f"<div class=card>{told(f'{cue}{what}: said (columns) of what is true (rows)', rows, columns)}</div>"
