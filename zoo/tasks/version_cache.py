"""Versions of utterances, made once and kept in the cache by the audio's content; refusals are kept too."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import track

from zoo.acoustics.measure import VERSION as MEASURES
from zoo.core.lines import read_lines
from zoo.core.places import cache_folder
from zoo.data.journal import digest
from zoo.data.pool import Died, work
from zoo.tasks.versions import VERSION, Job, Version, make, refused

POOL_FROM = 24  # utterances; an edit takes a third of a second
Row = dict[str, Any]
Found = tuple[Version, ...] | str
T = TypeVar("T")


def versions(cues_of: Mapping[Path, Sequence[str]], workers: int = 1) -> dict[Path, dict[str, Found]]:
    """For each file and each cue that is asked for: three versions, lowest first, or the reason why there are none.

    A file that cannot be opened is not in the result.
    """
    folder = cache_folder("versions") / f"{VERSION}.{MEASURES}"
    return kept(cues_of, make, lambda row: tuple(Version(**one) for one in row), folder, workers)


def kept(
    asked_of: Mapping[Path, Sequence[str]],
    make: Callable[[Job], list[Row]],
    read: Callable[[list[Row]], T],
    folder: Path,
    workers: int = 1,
) -> dict[Path, dict[str, T | str]]:
    """What `make` gives for each file and each thing asked of it, from `folder` where it was made before.

    A row of `make` is `refused`, or holds the file's digest, what was asked as "cue" and its `versions`, each with the
    "path" of its file; `read` makes of them what the caller wants. A file that cannot be opened is not in the result.
    """
    folder.mkdir(exist_ok=True, parents=True)
    index = folder / "index.jsonl"
    known: dict[tuple[str, str], Row] = {
        (row["sha256"], row["cue"]): row for _, row in read_lines(index) if "cue" in row and _holds(row)
    }
    contents = {path: content for path in asked_of if (content := digest(path))}
    wanted = {(content, cue): path for path, content in contents.items() for cue in asked_of[path]}
    jobs: dict[Path, Job] = {}
    for (content, cue), path in wanted.items():
        if (content, cue) not in known:
            jobs.setdefault(path, (path, content, [], folder))[2].append(cue)
    done = work(make, jobs.values(), workers if len(jobs) >= POOL_FROM else 1)
    bar = Console(stderr=True)
    with index.open("a", encoding="utf-8") as file:
        for job, rows in track(done, "editing", len(jobs), console=bar, transient=True, disable=not jobs):
            if isinstance(rows, Died):
                rows = [refused(job[1], cue, "the process that edited it ended") for cue in job[2]]
            for row in rows:
                known[row["sha256"], row["cue"]] = row
                file.write(json.dumps(row) + "\n")
            file.flush()

    def found(row: Row) -> T | str:
        return str(row["refused"]) if "refused" in row else read(row["versions"])

    return {path: {cue: found(known[content, cue]) for cue in asked_of[path]} for path, content in contents.items()}


def _holds(row: Row) -> bool:
    """Whether the row's files, or its refusal, are at hand."""
    return "refused" in row or all(Path(version["path"]).exists() for version in row["versions"])
