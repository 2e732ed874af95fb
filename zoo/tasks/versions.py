"""Versions of an utterance that differ in one cue by a stated amount.

Each edit is measured again (`zoo.acoustics.edit`). What cannot be edited, would clip, moved another cue audibly or fell
short of half of what was asked is refused.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import log2
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import soundfile

from zoo.acoustics.edit import Editor
from zoo.acoustics.edited import Edited
from zoo.acoustics.measure import Measures
from zoo.acoustics.wave import read_wave
from zoo.core.draft import draft_of
from zoo.core.errors import ZooError

VERSION = 1  # of how versions are made; with a change here they are made anew
AMOUNTS = {"pitch": (2.0, 3.0, 4.0), "energy": (3.0, 4.5, 6.0), "speed": (1.2, 1.3, 1.4)}
# Semitones, dB and a factor of tempo, down and up: all are heard (`edited.STRAY`), none is too much for a voice.
LEAST_SHARE = 0.5  # of the amount asked for that has to be measured between two neighbours


@dataclass(frozen=True)
class Version:
    """One version: its file, the amount asked for, and the cue's measure (st above 1 Hz, dBFS, or octaves of tempo)."""

    path: str
    amount: float
    measured: float


Job = tuple[Path, str, list[str], Path]  # the file, its content's digest, the cues to change, the folder to write to


def make(job: Job) -> list[dict[str, Any]]:
    """Make the versions of one utterance; a row for each cue."""
    path, content, cues, folder = job
    rows: list[dict[str, Any]] = []
    try:
        editor = Editor(read_wave(path))
    except ZooError as error:
        return [refused(content, cue, str(error)) for cue in cues]
    for cue in cues:
        amount = Random(f"{content} {cue}").choice(AMOUNTS[cue])
        try:
            made = _edits(editor, cue, amount)
            measured = _checked(cue, amount, made)
        except ZooError as error:
            rows.append(refused(content, cue, str(error)))
            continue
        kept = []
        for place, (edited, value) in enumerate(zip(made, measured, strict=True)):
            name = folder / f"{content[:24]}_{cue}_{place}.flac"
            samples = np.clip(edited.wave.samples, -1.0, 1.0)
            with draft_of(name) as draft:
                soundfile.write(draft, samples, edited.wave.rate_hz, format="FLAC", subtype="PCM_16")
            kept.append(asdict(Version(str(name), edited.asked.amount or 0.0, value)))
        rows.append({"sha256": content, "cue": cue, "amount": amount, "versions": kept})
    return rows


def refused(content: str, cue: str, reason: str) -> dict[str, Any]:
    """The row of what has no versions, and why."""
    return {"sha256": content, "cue": cue, "refused": reason}


def _edits(editor: Editor, cue: str, amount: float) -> list[Edited]:
    """Less, as it is, and more; where the vocoder is at work, all three have been through it."""
    if cue == "energy":
        return [editor.level(gain_db) for gain_db in (-amount, 0.0, amount)]
    if cue == "pitch":
        return [editor.pitch(-amount), editor.control(), editor.pitch(amount)]
    return [editor.tempo(1 / amount), editor.control(), editor.tempo(amount)]


def _checked(cue: str, amount: float, made: Sequence[Edited]) -> list[float]:
    """The measured cue of each version; a `ZooError` where another cue moved too, or this one did not."""
    for edited in made:
        if edited.strayed:
            raise ZooError(f"{edited.asked.cue} by {edited.asked.amount} moved {', '.join(edited.strayed)} too")
    values = [_measured(cue, edited.after) for edited in made]
    known = [value for value in values if value is not None]
    step = log2(amount) if cue == "speed" else amount
    if len(known) < len(values) or any(b - a < LEAST_SHARE * step for a, b in pairwise(known)):
        raise ZooError(f"{cue} by {amount:g} is not what was measured: {values}")
    return known


def _measured(cue: str, measures: Measures) -> float | None:
    if cue == "energy":
        return measures.energy_dbfs
    if cue == "speed":
        return -log2(measures.speech_s) if measures.speech_s else None
    return 12 * log2(measures.f0_median_hz) if measures.f0_reliable and measures.f0_median_hz else None
