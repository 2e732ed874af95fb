"""The report of an annotation: one HTML file that needs nothing else, and the thresholds as a file beside it."""

import json
from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path

from zoo.acoustics.cues import LEVELS
from zoo.acoustics.levels import EVERYONE, Thresholds
from zoo.acoustics.way import Way
from zoo.core.lines import replaced
from zoo.data.annotating import made_by
from zoo.data.journal import beside
from zoo.data.references import Levels
from zoo.report.charts import histogram, legend, shares, tiles
from zoo.report.document import document
from zoo.report.tally import CUES, MEASURES, UNKNOWN, Tally

CLASSES = {"low": "low", "slow": "low", "normal": "normal", "high": "high", "fast": "high", UNKNOWN: "none"}
SHAPES = {shape: f"c{i}" for i, shape in enumerate(LEVELS["intonation"], 1)}
SHAPES |= {"uncertain": "none", "too_short": "none", UNKNOWN: "none"}
LEVELLED = (
    "These recordings all have the same peak, so they were normalised one by one: their loudness says nothing of the "
    "voices, and no level of energy is given."
)


def write_report(out: Path, name: str, levels: Levels, tally: Tally, way: Way) -> dict[str, str]:
    """Write `out.thresholds.json` and `out.report.html`; where they, and the errors, are."""
    thresholds, report = beside(out, "thresholds.json"), beside(out, "report.html")
    with replaced(thresholds) as file:
        file.write(json.dumps({"made_by": made_by(way), **levels.to_dict()}, indent=1, ensure_ascii=False) + "\n")
    with replaced(report) as file:
        file.write(page(name, levels, tally, way))
    return {"thresholds": str(thresholds), "errors": str(beside(out, "errors.jsonl")), "report": str(report)}


def page(name: str, levels: Levels, tally: Tally, way: Way) -> str:
    """The page as text; whatever came with the manifest is escaped."""
    corpora = sorted({corpus for corpus, _ in tally.genders})
    parts = [
        f"<h1>{escape(name)}</h1>",
        f"<p class=soft>Annotated by zoo.annotate, {escape(made_by(way))}; levels by: {_levels_of(tally)}</p>",
        _tiles(tally),
        '<div class="two">',
        _counted("Not annotated", tally.reasons, "every line has its row"),
        _counted("Annotated, but doubtful", tally.doubts, "nothing to doubt"),
        "</div>",
        *(_corpus(corpus, levels, tally) for corpus in corpora),
        "<h2>Time</h2>",
        '<div class="two">',
        _files("Longest recordings", tally.longest(), "seconds"),
        _files("Slowest to measure", tally.slowest(), "seconds of work"),
        "</div>",
    ]
    return document(name, "".join(parts))


def _tiles(tally: Tally) -> str:
    factor = f"{tally.cost_s / tally.audio_s:.3f}" if tally.audio_s else "-"
    figures = {
        "annotated": f"{tally.annotated:,}",
        "not annotated": f"{tally.refused:,}",
        "doubts": f"{sum(tally.doubts.values()):,}",
        "speech recorded": _duration(tally.audio_s),
        "seconds of work per second of audio": factor,
        "reasoning traces": f"{tally.traces:,}",
    }
    return tiles(figures)


def _counted(title: str, counts: Counter[str], nothing: str) -> str:
    rows = [f"<tr><td>{escape(reason)}</td><td class=n>{n:,}</td></tr>" for reason, n in counts.most_common()]
    table = f"<table>{''.join(rows)}</table>" if rows else f"<p class=soft>{nothing}</p>"
    return f"<section><h2>{title}</h2><div class=card>{table}</div></section>"


def _corpus(corpus: str, levels: Levels, tally: Tally) -> str:
    thresholds = levels.thresholds.get(corpus, Thresholds())
    genders = sorted(gender for name, gender in tally.genders if name == corpus)
    voices = ", ".join(f"{tally.genders[corpus, gender]:,} {escape(gender)}" for gender in genders)
    known = len(tally.speakers.get(corpus, ()))
    return "".join(
        [
            f"<h2>{escape(corpus)}</h2>",
            f"<p class=soft>{voices}; {f'{known} speakers' if known else 'speakers unknown'}</p>",
            f'<div class="charts">{"".join(_charts(corpus, genders, thresholds, tally))}</div>',
            "<h3>Thresholds</h3>",
            _thresholds(thresholds),
            f"<p class=soft>{LEVELLED}</p>" if corpus in levels.levelled else "",
            "<h3>Levels by emotion, % of the utterances</h3>",
            '<div class="two">',
            *(_levels(corpus, cue, tally) for cue in CUES),
            "</div>",
        ]
    )


def _charts(corpus: str, genders: Iterable[str], thresholds: Thresholds, tally: Tally) -> Iterable[str]:
    """One chart a measure; of the pitch one a gender, since it is labelled within it."""
    for name, (title, unit, edges) in MEASURES.items():
        if edges == "pitch_hz":
            for gender in genders:
                pair = thresholds.pitch_hz.get(gender) or thresholds.pitch_hz.get(EVERYONE)
                yield histogram(tally.of(name, corpus, [gender]), f"{title}, {gender}", unit, pair)
        elif len(values := tally.of(name, corpus, genders)):
            yield histogram(values, title, unit, getattr(thresholds, edges) if edges else None)


def _thresholds(thresholds: Thresholds) -> str:
    edges = {
        "energy, dBFS": (thresholds.energy_dbfs, "energy_dbfs"),
        "speed, phones a second": (thresholds.speed_pps, "speed_pps"),
        "speed, syllables a second": (thresholds.speed_sps, "speed_sps"),
    }
    groups = [name for name in thresholds.n if name.startswith("pitch_hz.")]
    for name in groups:
        group = name.partition(".")[2]
        edges[f"pitch, Hz, {group}"] = (thresholds.pitch_hz.get(group), name)
    rows = []
    for label, (pair, name) in edges.items():
        said = "".join(f"<td class=n>{edge:.4g}</td>" for edge in pair) if pair else "<td class=n colspan=2>none</td>"
        rows.append(f"<tr><th>{escape(label)}</th>{said}<td class=n>{thresholds.n.get(name, 0):,}</td></tr>")
    head = "<tr><th>cue</th><th class=n>low below</th><th class=n>high above</th><th class=n>utterances</th></tr>"
    table = f"<table class=figures><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    return f"<div class='card scroll'>{table}</div>"


def _levels(corpus: str, cue: str, tally: Tally) -> str:
    found = {emotion: n for (name, c, emotion), n in sorted(tally.levels.items()) if (name, c) == (corpus, cue)}
    classes = SHAPES if cue == "intonation" else CLASSES
    order = [*LEVELS[cue], *[n for n in classes if classes[n] == "none"]]
    total: Counter[str] = sum(found.values(), Counter())
    order = [name for name in order if total[name]]
    rows = {"all": total, **found} if len(found) > 1 else found
    return f"<div class=card><b>{escape(cue)}</b>{legend(order, classes)}{shares(rows, order, classes)}</div>"


def _files(title: str, files: list[tuple[float, str]], unit: str) -> str:
    rows = "".join(f"<tr><td>{escape(path)}</td><td class=n>{value:.2f}</td></tr>" for value, path in files)
    head = f"<tr><th>{title}</th><th class=n>{unit}</th></tr>"
    return f"<div class='card scroll'><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"


def _levels_of(tally: Tally) -> str:
    return ", ".join(f"{escape(whose)} ({n:,})" for whose, n in tally.levels_of.most_common())


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"
