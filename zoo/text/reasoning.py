"""The trace of an annotated row: written offline by rule, or taken over from the answers of an API."""

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


def answers(path: Path, rows: Path) -> dict[str, int]:
    """Where in `path`, the API writer's file, the trace of each row of `rows` lies: by audio path, in bytes.

    A trace written from other facts or for another emotion than the row now has is left out.
    """
    places = {str(field(row, "audio_path")): offset for offset, row in read_lines(path)}
    if not places:
        return {}
    found = {}
    with path.open("rb") as file:
        for _, row in read_lines(rows):
            name = str(field(row, "audio_path"))
            if name in places and _basis(read_at(file, places[name])) == _basis(row):
                found[name] = places[name]
    return found


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file of annotations, one at a time."""
    return (row for _, row in read_lines(path))


def with_answers(rows: Path, path: Path, places: dict[str, int]) -> Iterator[Row]:
    """The rows with the traces that `answers` found; others as they are."""
    with path.open("rb") as file:
        for row in read_rows(rows):
            offset = places.get(str(field(row, "audio_path")))
            more = {} if offset is None else read_at(file, offset)
            yield row | {name: more[name] for name in ("reasoning", "reasoning_by") if name in more}


def _basis(row: Row) -> Any:
    return read_facts(row), field(row, "emotion")
