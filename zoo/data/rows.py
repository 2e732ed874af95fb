"""The rows of a manifest one at a time, for work that must not hold them all, each with a key for its measures."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.fields import GENDERS
from zoo.core.places import find
from zoo.data.manifest import known_fields


@dataclass(frozen=True)
class Row:
    """One utterance, and its line as it stands."""

    number: int  # of its line, from 1
    fields: dict[str, Any]
    audio_path: Path
    key: str  # of all that its measures depend on, except the audio's content
    dataset: str
    speaker: str | None
    gender: str | None
    emotion: str | None
    transcription: str | None
    language: str

    @property
    def is_duplicate(self) -> bool:
        """Whether the manifest says that another row holds the same recording."""
        return bool(self.fields.get("duplicate_of"))


@dataclass(frozen=True)
class BadLine:
    """A line of which no row can be made, and why."""

    number: int
    reason: str
    audio_path: str | None = None


def find_manifest(path: str | Path) -> Path:
    """The manifest meant by a path; a `ZooError` if there is none."""
    file = find(path)
    if file is None or file.is_dir():
        raise ZooError(f"there is no manifest {path}; give a file of JSON lines")
    return file.resolve()


def read_rows(manifest: Path) -> Iterator[Row | BadLine]:
    """Every line that is not blank, as a row or as what is wrong with it; nothing is kept but digests of the paths.

    A row needs `audio_path` alone, relative to the manifest's folder; the other fields go by any of their names. The
    second of two rows with one path is a `BadLine`.
    """
    seen: dict[bytes, int] = {}
    for found in read_objects(manifest):
        if isinstance(found, BadLine):
            yield found
            continue
        number, fields = found
        try:
            row = _row(fields, number, manifest)
            name = hashlib.sha256(os.path.normpath(row.audio_path).encode("utf-8", "surrogatepass")).digest()[:16]
            if (first := seen.setdefault(name, number)) != number:
                raise ValueError(f"the same audio_path as line {first}")
            yield row
        except (ValueError, TypeError) as error:
            yield bad_line(number, error, fields)


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]] | BadLine]:
    """Every line that is not blank, as (its number from 1, the JSON object) or as what is wrong with it."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")  # the mark that some editors put before UTF-8
            if not line.strip():
                continue
            try:
                fields = json.loads(line.decode("utf-8"))
                if not isinstance(fields, dict):
                    raise ValueError("not a JSON object")
            except (ValueError, RecursionError) as error:
                yield BadLine(number, _reason(error))
                continue
            yield number, fields


def bad_line(number: int, error: Exception, fields: dict[str, Any]) -> BadLine:
    """What is wrong with the fields of a line, with its audio path where it has one."""
    path = fields.get("audio_path")
    return BadLine(number, str(error), path if isinstance(path, str) else None)


def _row(fields: dict[str, Any], number: int, manifest: Path) -> Row:
    """A `ValueError` says what is wrong with the fields."""
    known = known_fields(fields)
    audio_path, gender = known["audio_path"], known["gender"]
    if audio_path is None:
        raise ValueError("no audio_path")
    if "\0" in audio_path:
        raise ValueError("an audio_path with a null character")
    language = (known["language"] or "en").lower()
    gender = GENDERS.get(gender.lower()) if gender else None
    identity = json.dumps([audio_path, known["transcription"], language, gender])
    return Row(
        number=number,
        fields=fields,
        audio_path=manifest.parent / audio_path,
        key=hashlib.sha256(identity.encode()).hexdigest()[:32],
        dataset=known["dataset"] or manifest.stem,
        speaker=known["speaker"],
        gender=gender,
        emotion=known["emotion"],
        transcription=known["transcription"],
        language=language,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    if isinstance(error, json.JSONDecodeError):
        return "not JSON"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
