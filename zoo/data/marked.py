"""Marked traces: what a judge learns from, one trace about one utterance with its four marks, a JSON line each.

    {"audio_path": "a.wav", "speaker": "x", ..., "response": "<think>...</think><answer>angry</answer>",
     "marks": {"factual_alignment": 2, ...}, "by": "rules", "damage": {"invert": 0.5}}

The utterance's fields go by the names of the released annotations (`zoo.core.fields`); an utterance may have any number
of traces. The criteria are those of arXiv 2601.15668.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zoo.core.criteria import Marks
from zoo.core.errors import ZooError
from zoo.core.fields import HEARD
from zoo.core.lines import dumps, replaced
from zoo.data.annotations import annotated_utterance
from zoo.data.rows import BadLine, bad_line, find_manifest, read_objects
from zoo.data.utterance import Utterance

CUES = {name: HEARD[name] for name in ("pitch", "energy", "speed", "intonation", "stressed_words")}
TOLD = 3  # malformed lines that a message spells out


@dataclass(frozen=True)
class Marked:
    """A trace about an utterance, and what it is worth."""

    utterance: Utterance
    text: str  # the whole response, "<think>...</think><answer>...</answer>" where it has kept its form
    marks: Marks
    by: str  # "rules", or the model that marked it
    damage: Mapping[str, float] = field(default_factory=dict)  # kind -> strength in (0, 1]; empty if none was done


def read_marked(path: str | Path) -> tuple[list[Marked], list[BadLine]]:
    """The marked traces of a file and the lines of which none can be made; audio paths are relative to its folder.

    An utterance's cues are None where its line has no field for any of them.

    Raises:
        ZooError: if there is no such file, or no line of it can be used.
    """
    file = find_manifest(path)
    good: list[Marked] = []
    bad: list[BadLine] = []
    for found in read_objects(file):
        if isinstance(found, BadLine):
            bad.append(found)
            continue
        number, fields = found
        try:
            good.append(from_row(fields, file))
        except (ValueError, TypeError) as error:
            bad.append(bad_line(number, error, fields))
    if not good:
        told = "; ".join(f"line {line.number}: {line.reason}" for line in bad[:TOLD]) or "it is empty"
        raise ZooError(f"{file} has no marked trace ({told}); give a file that zoo.mark wrote")
    return good, bad


def write_marked(rows: Iterable[Marked], path: Path) -> None:
    """Write a file of marked traces in one step, audio paths as seen from its folder."""
    with replaced(path) as file:
        for row in rows:
            file.write(dumps(to_row(row, path.parent)) + "\n")


def to_row(marked: Marked, folder: Path | None = None) -> dict[str, Any]:
    """The fields of a line; the audio path as seen from `folder`, or as it stands."""
    return {
        **utterance_row(marked.utterance, folder),
        "response": marked.text,
        "marks": marked.marks.to_dict(),
        "by": marked.by,
        "damage": dict(marked.damage),
    }


def utterance_row(utterance: Utterance, folder: Path | None = None) -> dict[str, Any]:
    """The fields of a line that tell of the utterance; those of its cues are left out if none was looked for."""
    known = ("dataset", "speaker", "emotion", "transcription", "sentence", "language", "gender")
    heard = utterance.cues.to_dict() if utterance.cues else {}
    return {
        "audio_path": _seen_from(folder, utterance.audio_path),
        **{name: getattr(utterance, name) for name in known},
        **{CUES[name][0]: value for name, value in heard.items()},
    }


def from_row(fields: dict[str, Any], file: Path) -> Marked:
    """What a line of `file` holds; a `ValueError` says what is wrong with it."""
    text, by, marks = fields.get("response"), fields.get("by"), fields.get("marks")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("no response")
    if not isinstance(marks, dict):
        raise ValueError("no marks")
    if not isinstance(by, str) or not by.strip():
        raise ValueError('no "by", which says who gave the marks')
    return Marked(traced_utterance(fields, file), text, Marks.from_dict(marks), by, damage_of(fields))


def traced_utterance(fields: dict[str, Any], file: Path) -> Utterance:
    """The utterance of a line, without a trace of its own; a `ValueError` says what is wrong with it."""
    utterance = replace(annotated_utterance(fields, file), reasoning=None)
    annotated = any(name in fields for names in CUES.values() for name in names)
    return utterance if annotated else replace(utterance, cues=None)


def damage_of(fields: dict[str, Any]) -> dict[str, float]:
    """What was done to a line's trace, nothing if it does not say; a `ValueError` says what is wrong with it."""
    value = fields.get("damage")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("damage is no mapping of a kind to its strength")
    for kind, strength in value.items():
        number = isinstance(strength, int | float) and not isinstance(strength, bool)
        if not number or not 0.0 < strength <= 1.0:
            raise ValueError(f"damage {kind} is {strength!r}; a strength lies in (0, 1]")
    return dict(value)


def _seen_from(folder: Path | None, path: Path) -> str:
    """A path for a reader in that folder; as it stands where there is no way from one to the other."""
    if folder is None:
        return str(path)
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # two drives
        return str(path)
