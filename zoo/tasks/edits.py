"""Counterfactual versions of an utterance: one cue raised by a stated amount, and the vocoder's control beside them.

Each is measured again and refused where it would clip, fell short of half of what was asked, or moved another cue
audibly (`zoo.acoustics.edited.STRAY`). Pitch, tempo and stress go through the vocoder: compare them with `CONTROL`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import log2
from pathlib import Path
from typing import Any

import soundfile

from zoo.acoustics.alignment import align
from zoo.acoustics.edit import Editor
from zoo.acoustics.edit_stress import SHORTEST_S
from zoo.acoustics.edited import Edited
from zoo.acoustics.energy import energy
from zoo.acoustics.measure import VERSION as MEASURES
from zoo.acoustics.measure import measure_parts
from zoo.acoustics.stress import STANDS_OUT, WordStress, stress
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.draft import draft_of
from zoo.core.errors import ZooError
from zoo.core.places import cache_folder
from zoo.data.pool import cores
from zoo.data.utterance import Utterance
from zoo.tasks.version_cache import kept
from zoo.tasks.versions import LEAST_SHARE, Job, refused
from zoo.text.claims import spoken_word

VERSION = 1  # of how edits are made; with a change here they are made anew
CONTROL, STRESS = "control", "stress"
AMOUNTS = {"pitch": 4.0, "speed": 1.3, "energy": 6.0}  # semitones, a factor of tempo, dB: all up, all plainly heard
EDITS = (CONTROL, *AMOUNTS, STRESS)


@dataclass(frozen=True)
class Made:
    """One version: its file, what was measured of the change (st, a factor, dB; st of the word's peak), the word."""

    path: str
    change: float | None
    word: str | None = None  # that was given the stress


def edits(utterances: list[Utterance], workers: int | None = None) -> dict[Path, dict[str, Made | str]]:
    """For each utterance's file the versions of `EDITS`, or why there is none; stress where there is a transcript."""
    asked_of: dict[Path, list[str]] = {}
    for u in utterances:
        said = [f"{STRESS} {u.language} {u.transcription}"] if u.transcription else []
        asked_of[u.audio_path] = [CONTROL, *(f"{cue} {amount:g}" for cue, amount in AMOUNTS.items()), *said]
    folder = cache_folder("edits") / f"{VERSION}.{MEASURES}"
    found = kept(asked_of, make, lambda rows: Made(**rows[0]), folder, workers or cores())
    return {path: {asked.split()[0]: made for asked, made in row.items()} for path, row in found.items()}


def make(job: Job) -> list[dict[str, Any]]:
    """Make what is asked of one utterance; a row for each."""
    path, content, asked, folder = job
    try:
        editor = Editor(read_wave(path))
    except ZooError as error:
        return [refused(content, one, str(error)) for one in asked]
    rows = []
    for one in asked:
        try:
            edited, word = _edited(editor, one)
            change = checked(edited)
        except ZooError as error:
            rows.append(refused(content, one, str(error)))
            continue
        name = folder / f"{content[:24]}_{one.split()[0]}_{sha256(one.encode()).hexdigest()[:8]}.flac"
        with draft_of(name) as draft:
            soundfile.write(draft, edited.wave.samples, edited.wave.rate_hz, format="FLAC", subtype="PCM_16")
        rows.append({"sha256": content, "cue": one, "versions": [asdict(Made(str(name), change, word))]})
    return rows


def checked(edited: Edited) -> float | None:
    """The measured change of the cue that was asked for (None of a control); a `ZooError` where it is no edit of it."""
    asked, change = edited.asked, edited.changes
    if edited.strayed:
        raise ZooError(f"{asked.cue} moved {', '.join(edited.strayed)} too")
    if asked.cue == CONTROL:
        return None
    amount = asked.amount or 0.0
    if asked.cue == STRESS:
        before, after = edited.words[0]
        low, high = before.f0_max_hz, after.f0_max_hz
        found = 12 * log2(high / low) if low and high else None
    else:
        found = {"pitch": change.pitch_st, "tempo": change.tempo_ratio, "level": change.level_db}[asked.cue]
    if found is None or _steps(asked.cue, found) < LEAST_SHARE * _steps(asked.cue, amount):
        raise ZooError(f"{asked.cue} by {amount:g} was measured as {'nothing' if found is None else f'{found:.2f}'}")
    return found


def _steps(cue: str, amount: float) -> float:
    return log2(amount) if cue == "tempo" else amount


def _edited(editor: Editor, asked: str) -> tuple[Edited, str | None]:
    """The version and, of a stress edit, the word."""
    name, _, rest = asked.partition(" ")
    if name == STRESS:
        language, _, transcription = rest.partition(" ")
        return _stressed(editor, transcription, language)
    plain: Mapping[str, Any] = {"pitch": editor.pitch, "speed": editor.tempo, "energy": editor.level}
    return (editor.control() if name == CONTROL else plain[name](float(rest))), None


def _stressed(editor: Editor, transcription: str, language: str) -> tuple[Edited, str]:
    """Stress moved off the word that stands out most and onto the longest other one."""
    on, off = chosen(_words(editor.wave, transcription, language))
    return editor.stress((on.start_s, on.end_s), (off.start_s, off.end_s)), spoken_word(on.word)


def chosen(rows: tuple[WordStress, ...]) -> tuple[WordStress, WordStress]:
    """The words to stress and to weaken; a `ZooError` where no word is stressed or no other can be."""
    able = [row for row in rows if row.stress is not None and row.end_s - row.start_s >= SHORTEST_S]
    top = max(able, key=lambda row: row.stress or 0.0, default=None)
    others = [row for row in able if row is not top and row.stress_f0_z is not None]
    if top is None or not others or (top.stress or 0.0) < STANDS_OUT:
        raise ZooError("no word is stressed, or no other word can be: there is no stress to move")
    return max(others, key=lambda row: row.end_s - row.start_s), top  # a long word is one that can bear a stress


def _words(wave: Wave, transcription: str, language: str) -> tuple[WordStress, ...]:
    levels = energy(wave)
    found = align(wave, transcription, language, levels)
    if found is None:
        raise ZooError("the words cannot be followed in the recording, so no stress can be moved")
    return stress(found, measure_parts(wave)[1], levels)
