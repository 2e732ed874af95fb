"""The first pass of an annotation: every row of a manifest measured once, by many processes, resumed after a kill."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.acoustics.way import Way
from zoo.core.errors import ZooError
from zoo.core.lines import Appender
from zoo.data.journal import Journal, digest, own_journal, state
from zoo.data.pool import Died, work
from zoo.data.rows import BadLine, Row, read_rows

POOL_FROM = 48  # files to measure; fewer are done before worker processes would have started
Shard = tuple[int, int]  # which of how many, from 1


@dataclass(frozen=True)
class Job:
    """One utterance to measure."""

    number: int  # of its line
    key: str
    audio_path: Path
    transcription: str | None
    language: str
    gender: str | None
    way: Way


@dataclass(frozen=True)
class Progress:
    """How far the first pass has come: rows to measure in this run, rows measured, and of those the failed."""

    todo: int
    done: int = 0
    failed: int = 0


def made_by(way: Way) -> str:
    """What measures are marked with; those of another way or version are not used."""
    from zoo.acoustics.annotation import VERSION

    return f"{VERSION}/{way.name}"


def open_journal(out: Path, way: Way, shard: Shard | None = None) -> Journal:
    """The measures there are for an output."""
    return Journal(out, made_by(way), own_journal(out, shard))


def measure_missing(
    manifest: Path,
    journal: Journal,
    workers: int,
    way: Way,
    shard: Shard | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Progress:
    """Measure the rows that `journal` does not hold, or of these the ones of a shard; append each as it is done.

    Raises:
        ZooError: if another process is appending to the same file.
    """
    with Appender(journal.own) as file:
        missing = {row.number for row in _of_shard(manifest, shard) if not journal.holds(row)}
        now = Progress(len(missing))
        rows = (row for row in _of_shard(manifest, shard) if row.number in missing)
        jobs = (Job(r.number, r.key, r.audio_path, r.transcription, r.language, r.gender, way) for r in rows)
        if progress:
            progress(now)
        for job, result in work(measure_row, jobs, workers if len(missing) >= POOL_FROM else 1):
            line = _died(job) if isinstance(result, Died) else result
            journal.added(file.write(line), line)
            now = Progress(now.todo, now.done + 1, now.failed + ("error" in line))
            if progress:
                progress(now)
        return now


def measure_row(job: Job) -> dict[str, Any]:
    """The line of one utterance: its annotation, or an `error` in one sentence; and what it holds for."""
    from zoo.acoustics.annotation import annotate
    from zoo.acoustics.wave import read_wave

    start = time.perf_counter()
    head = _head(job)
    try:
        wave = read_wave(job.audio_path)
        found = annotate(wave, job.transcription, job.language, job.gender, job.way).to_dict()
    except ZooError as error:
        return {**head, "error": str(error)}
    except Exception as error:  # one file of thousands must not end the run, whatever a library makes of it
        return {**head, "error": f"{job.audio_path} cannot be measured: {type(error).__name__}: {error}", "again": True}
    return {**head, **found, "cost_s": round(time.perf_counter() - start, 3)}


def parse_shard(text: str) -> Shard:
    """The shard that "2/8" names; a `ZooError` for what names none."""
    which, _, many = text.partition("/")
    if not (which.isdecimal() and many.isdecimal() and 1 <= int(which) <= int(many)):
        raise ZooError(f'--shard is "{text}"; give which of how many, from 1, such as 2/8')
    return int(which), int(many)


def _of_shard(manifest: Path, shard: Shard | None) -> Iterator[Row]:
    which, many = shard or (1, 1)
    for index, row in enumerate(read_rows(manifest)):
        if index % many == which - 1 and not isinstance(row, BadLine):
            yield row


def _head(job: Job) -> dict[str, Any]:
    size, mtime_ns = state(job.audio_path)
    content = None if size is None else digest(job.audio_path)
    line = {"key": job.key, "made_by": made_by(job.way), "audio_path": str(job.audio_path)}
    return line | {"size": size, "mtime_ns": mtime_ns, "sha256": content}


def _died(job: Job) -> dict[str, Any]:
    error = f"{job.audio_path} ended the process that measured it (out of memory, or a crash); it is tried again"
    return {**_head(job), "error": error, "again": True}
