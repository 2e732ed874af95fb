"""The second pass of an annotation: levels from the distributions of all measures, and one row an utterance."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.acoustics.levels import label
from zoo.acoustics.measure import Measures
from zoo.core.fields import ALIASES, field
from zoo.data.journal import Journal
from zoo.data.references import Levels
from zoo.data.rows import BadLine, Row, read_rows

JOURNAL_ONLY = {"key", "made_by", "audio_path", "size", "mtime_ns", "sha256", "cost_s", "doubts"}
JOURNAL_ONLY |= {"clipped_share", "peak_dbfs", "female_logit"}


@dataclass(frozen=True)
class Annotated:
    """One row of the output: the fields to write, and what the report asks of it."""

    row: Row
    fields: dict[str, Any]
    measured: dict[str, Any]
    levels_of: str  # whose distribution the levels come from
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A line of the manifest that has no row in the output, and why."""

    number: int
    reason: str
    audio_path: str | None


def annotated(manifest: Path, journal: Journal, levels: Levels, out: Path) -> Iterator[Annotated | Refused]:
    """Every line of the manifest in its order, labelled, or refused with a reason."""
    for row in read_rows(manifest):
        if isinstance(row, BadLine):
            yield Refused(row.number, row.reason, row.audio_path)
            continue
        line = journal.read(row)
        if line is None or "error" in line:
            reason = "it has not been measured; run the same command again" if line is None else line["error"]
            yield Refused(row.number, reason, row.fields["audio_path"])
            continue
        yield _annotated(row, line, levels, out)


def _annotated(row: Row, line: dict[str, Any], levels: Levels, out: Path) -> Annotated:
    measures, rate_pps = Measures.from_dict(line), line.get("articulation_rate_pps")
    gender, whence = levels.genders.of(row, line)
    thresholds, levels_of = levels.of(row, measures, rate_pps)
    cues = label(measures, thresholds, gender, rate_pps)
    fields = {
        **row.fields,
        "audio_path": _seen_from(out, row),
        "pitch_level": cues.pitch,
        "energy_level": cues.energy,
        "speed_level": cues.speed,
        "intonation": measures.contour_shape,
        **{name: value for name, value in line.items() if name not in JOURNAL_ONLY},
        "gender": gender,
        "gender_from": whence,
        "age_level": _age(row) or line.get("age_level"),
        "levels_of": levels_of,
    }
    return Annotated(row, fields, line, levels_of, (*(line.get("doubts") or ()), *_without_words(row)))


def _without_words(row: Row) -> tuple[str, ...]:
    """A doubt about a row that has a transcription with nothing in it; one without the field has none to doubt."""
    empty = row.transcription is None and any(row.fields.get(name) is not None for name in ALIASES["transcription"])
    return ("its transcription is empty: no words, stress or phone rate are said",) if empty else ()


def _seen_from(out: Path, row: Row) -> str:
    """The audio path for a reader of the output, which takes it as relative to the output's folder."""
    as_written = str(row.fields["audio_path"]).strip()
    if Path(as_written).is_absolute() or (out.parent / as_written).resolve() == row.audio_path.resolve():
        return as_written
    return os.path.relpath(row.audio_path, out.parent.resolve())


def _age(row: Row) -> str | None:
    """The age level that the manifest gives; other ways of telling an age are left as they are."""
    given = field(row.fields, "age")
    return given if isinstance(given, str) and not given.isdecimal() else None
