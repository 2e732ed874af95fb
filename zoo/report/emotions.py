"""Confusion and figures by emotion, or by cue and criterion, as tables with bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

LETTERS_DARK = 0.55  # of a row's utterances, from which a cell is too dark for dark letters


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
    """Of each data set a confusion and the recall by emotion; `figures` are those of `zoo.report.measures`."""
    parts = []
    for dataset, words in figures["labels"].items():
        rows = [word for word in words if f"{dataset}: {word}" in figures["recall"]]
        parts.append(f'<div class="two"><div class=card>{_confusion(figures, dataset, list(words), rows)}</div>')
        parts.append(
            bars([_recall(figures, before, dataset, word) for word in rows], _what(before, dataset)) + "</div>"
        )
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
    places = [matrix["rows"].index(f"{dataset}: {word}") for word in words]
    head = "".join(f"<th><span>{escape(word)}</span></th>" for word in (*words, "other"))
    lines = []
    for word in rows:
        counts = matrix["counts"][matrix["rows"].index(f"{dataset}: {word}")]
        total = sum(counts)
        own = [counts[place] for place in places]
        cells = "".join(
            _cell(count, total, said == word, f"{word} told as {said}")
            for said, count in zip([*words, "other"], [*own, total - sum(own)], strict=True)
        )
        lines.append(f"<tr><th>{escape(word)}</th>{cells}</tr>")
    return (
        f"<table class=confusion><caption>{escape(dataset)}: said (columns) of what is true (rows)</caption>"
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _cell(count: int, total: int, right: bool, words: str) -> str:
    share = count / total if total else 0.0
    name = " ".join(("right" if right else "wrong", *(("deep",) if share > LETTERS_DARK else ())))
    title = escape(f"{words}: {count} of {total}")
    return f'<td class="{name}" style="--share:{100 * share:.0f}%" title="{title}">{count or "&middot;"}</td>'


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
