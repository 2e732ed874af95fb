"""The edited versions of some held-out utterances, measured by the thresholds that the corpus itself is judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from zoo.acoustics.levels import Thresholds
from zoo.data.measured import measured
from zoo.data.stressed import stressed
from zoo.data.utterance import Utterance
from zoo.tasks.edits import CONTROL, STRESS, Made, edits

HEARD_STRESS = (CONTROL, STRESS)  # versions whose words are aligned anew: stress is compared between these
MadeOf = dict[Path, dict[str, Made | str]]
Versions = dict[Path, dict[str, Utterance]]


def edited_versions(utterances: Sequence[Utterance], thresholds: Mapping[str, Thresholds]) -> tuple[MadeOf, Versions]:
    """By file and edit, what was made or why not; and the versions as utterances, with cues of their own."""
    made = edits(list(utterances))
    rows = [
        (u, name, replace(u, audio_path=Path(one.path), cues=None))
        for u in utterances
        for name, one in made.get(u.audio_path, {}).items()
        if isinstance(one, Made)
    ]
    found: Versions = {}
    for dataset in sorted({u.dataset for u in utterances}):
        own = [row for row in rows if row[0].dataset == dataset]
        again = measured([version for *_, version in own], thresholds[dataset], rejected_share=0.0).utterances
        for (u, name, _), version in zip(own, again, strict=True):
            found.setdefault(u.audio_path, {})[name] = version
    both = [(path, name) for path, files in found.items() if STRESS in files for name in files if name in HEARD_STRESS]
    for (path, name), version in zip(both, stressed([found[path][name] for path, name in both]), strict=True):
        found[path][name] = version
    return made, found


def spread(utterances: Sequence[Utterance], count: int) -> list[Utterance]:
    """So many utterances, as many of each speaker and emotion as can be, always the same ones."""
    groups: dict[tuple[str, str], list[Utterance]] = {}
    for u in sorted(utterances, key=lambda u: sha256(u.key.encode()).hexdigest()):
        groups.setdefault((u.emotion or "", u.speaker), []).append(u)
    in_turn = sorted(
        ((place, group, u) for group, rows in groups.items() for place, u in enumerate(rows)), key=lambda one: one[:2]
    )
    return [u for *_, u in in_turn[:count]]
