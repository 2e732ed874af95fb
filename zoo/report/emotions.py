"""Confusion and figures by emotion, or by cue and criterion, as tables with bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from zoo.report.heat import shares, told

OTHER = "other"  # said, and none of the options
WA, UA = "all (WA)", "all (UA)"
OPEN = 24  # speakers; more are shown when asked for


@dataclass(frozen=True)
class Bar:
    """A share between 0 and 1, what it was before, and marks to hold it against, by name."""

    words: str
    value: float | None
    before: float | None = None
    marks: tuple[tuple[str, float], ...] = ()
    n: int | None = None


def bars(rows: Sequence[Bar], what: str) -> str:
    """A table: a bar for each row, a tick where it was before, its number and n."""
    lines = "".join(_bar(row) for row in rows)
    return f"<div class=card><table class=bars><caption>{escape(what)}</caption><tbody>{lines}</tbody></table></div>"


def emotions(figures: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Of each data set a confusion, the recall by emotion, and by speaker; `figures` are those of `measures`."""
    parts = []
    for dataset, words in figures["labels"].items():
        rows = [word for word in words if f"{dataset}: {word}" in figures["recall"]]
        parts.append(f'<div class="two"><div class=card>{_confusion(figures, dataset, list(words), rows)}</div>')
        parts.append(
            bars([_recall(figures, before, dataset, word) for word in rows], _what(before, dataset)) + "</div>"
        )
        parts.append(_speakers(figures, dataset, rows))
    return "".join(parts)


def _what(before: Mapping[str, Any], dataset: str) -> str:
    return f"{dataset}: recall by emotion" + ("; the tick is before training" if before else "")


def _recall(figures: Mapping[str, Any], before: Mapping[str, Any], dataset: str, word: str) -> Bar:
    name = f"{dataset}: {word}"
    place = figures["confusion"]["rows"].index(name)
    return Bar(
        word,
        figures["recall"][name],
        (before.get("recall") or {}).get(name),
        n=sum(figures["confusion"]["counts"][place]),
    )


def _confusion(figures: Mapping[str, Any], dataset: str, words: list[str], rows: list[str]) -> str:
    """What was said (columns) of what is true (rows), with a column for what is none of the options."""
    matrix = figures["confusion"]
    places = {word: matrix["rows"].index(f"{dataset}: {word}") for word in words}
    counts = {}
    for word in rows:
        every = matrix["counts"][places[word]]
        own = {said: every[place] for said, place in places.items()}
        counts[word] = {**own, OTHER: sum(every) - sum(own.values())}
    return told(f"{dataset}: said (columns) of what is true (rows)", counts, [*words, OTHER])


def _speakers(figures: Mapping[str, Any], dataset: str, rows: list[str]) -> str:
    """Accuracy, UA and the recall of each emotion, speaker by speaker; many of them only when opened."""
    found = (figures.get("by_speaker") or {}).get(dataset) or {}
    if len(found) < 2:
        return ""
    shown = {
        f"{name.removeprefix(f'{dataset}_')}, n = {row['n']}": {WA: row["accuracy"], UA: row["uar"], **row["recall"]}
        for name, row in found.items()
    }
    table = f"<div class='card scroll'>{shares(f'{dataset}: % by speaker', shown, [WA, UA, *rows])}</div>"
    if len(found) <= OPEN:
        return table
    return f"<details><summary>{escape(dataset)}: {len(found)} speakers one by one</summary>{table}</details>"


def _bar(row: Bar) -> str:
    if row.value is None:
        return f"<tr><th>{escape(row.words)}</th><td class=soft>not measured</td><td></td></tr>"
    ticks = [*((("before", row.before),) if row.before is not None else ()), *row.marks]
    marks = "".join(
        f'<b style="left:{100 * max(0.0, min(1.0, at)):.1f}%" title="{escape(f"{name}: {at:.1%}")}"></b>'
        for name, at in ticks
    )
    width = 100 * max(0.0, min(1.0, row.value))
    of = f" <span class=soft>of {row.n}</span>" if row.n is not None else ""
    return (
        f"<tr><th>{escape(row.words)}</th><td class=room><i style='width:{width:.1f}%'></i>{marks}</td>"
        f"<td class=n>{row.value:.1%}{of}</td></tr>"
    )
