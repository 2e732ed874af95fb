"""The trace of an annotated row: written offline by rule, or taken over from the answers of an API."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zoo.core.fields import field
from zoo.core.lines import read_at, read_lines
from zoo.text.facts import read_facts
from zoo.text.writer import write

Row = dict[str, Any]
NO_EMOTION = "no emotion"
NO_CUES = "nothing measured to reason from"


def reason_offline(row: Row, name: str) -> tuple[str | None, str | None]:
    """The trace (50 to 200 words) that leads from a row's annotation to its emotion; or None, and why.

    `name` names the utterance; the same row and name give the same trace on every machine.
    """
    emotion, facts = field(row, "emotion"), read_facts(row)
    if not isinstance(emotion, str):
        return None, NO_EMOTION
    if not facts.cues.known() and not facts.cues.stressed_words:
        return None, NO_CUES
    rng = random.Random(f"{name}: {emotion}")
    language = str(field(row, "language") or "en")
    return write(facts.cues, emotion, rng, facts.gender, facts.transcription, "long", facts.age, language), None


def answers(path: Path) -> dict[str, int]:
    """Where in `path`, the API writer's file, each trace lies: by what it is of (`subject`), in bytes."""
    return {subject(row): offset for offset, row in read_lines(path)}


def subject(row: Row) -> str:
    """What a trace is of: the utterance and all that is known of it, as a digest."""
    known = f"{field(row, 'audio_path')} {field(row, 'emotion')} {read_facts(row)}"
    return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:32]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file of annotations, one at a time."""
    return (row for _, row in read_lines(path))


def with_answers(rows: Path, path: Path) -> Iterator[Row]:
    """The rows, each with the trace that the API writer's file `path` holds for it; others as they are."""
    places = answers(path)
    with path.open("rb") as file:
        for row in read_rows(rows):
            offset = places.get(subject(row))
            more = {} if offset is None else read_at(file, offset)
            yield row | {name: more[name] for name in ("reasoning", "reasoning_by") if name in more}
