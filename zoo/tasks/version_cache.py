"""Versions of utterances, made once and kept in the cache by the audio's content; refusals are kept too."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from zoo.acoustics.measure import VERSION as MEASURES
from zoo.core.lines import read_lines
from zoo.core.places import cache_folder
from zoo.data.journal import digest
from zoo.data.pool import Died, work
from zoo.tasks.versions import VERSION, Job, Version, make, refused

POOL_FROM = 24  # utterances; an edit takes a third of a second
Found = tuple[Version, ...] | str


def versions(cues_of: Mapping[Path, Sequence[str]], workers: int = 1) -> dict[Path, dict[str, Found]]:
    """For each file and each cue that is asked for: three versions, lowest first, or the reason why there are none.

    A file that cannot be opened is not in the result.
    """
    folder = cache_folder("versions") / f"{VERSION}.{MEASURES}"
    folder.mkdir(exist_ok=True)
    index = folder / "index.jsonl"
    known: dict[tuple[str, str], Found] = {
        (row["sha256"], row["cue"]): _read(row) for _, row in read_lines(index) if "cue" in row
    }
    contents = {path: content for path in cues_of if (content := digest(path))}
    wanted = {(content, cue): path for path, content in contents.items() for cue in cues_of[path]}
    jobs: dict[Path, Job] = {}
    for (content, cue), path in wanted.items():
        if not _holds(known.get((content, cue))):
            jobs.setdefault(path, (path, content, [], folder))[2].append(cue)
    done = work(make, jobs.values(), workers if len(jobs) >= POOL_FROM else 1)
    bar = Console(stderr=True)
    with index.open("a", encoding="utf-8") as file:
        for job, rows in track(done, "editing", len(jobs), console=bar, transient=True, disable=not jobs):
            if isinstance(rows, Died):
                rows = [refused(job[1], cue, "the process that edited it ended") for cue in job[2]]
            for row in rows:
                known[row["sha256"], row["cue"]] = _read(row)
                file.write(json.dumps(row) + "\n")
            file.flush()
    return {path: {cue: known[content, cue] for cue in cues_of[path]} for path, content in contents.items()}


def _read(row: dict[str, Any]) -> tuple[Version, ...] | str:
    return str(row["refused"]) if "refused" in row else tuple(Version(**one) for one in row["versions"])


def _holds(found: tuple[Version, ...] | str | None) -> bool:
    """Whether versions, or a refusal, are at hand, files included."""
    return found is not None and (isinstance(found, str) or all(Path(version.path).exists() for version in found))
