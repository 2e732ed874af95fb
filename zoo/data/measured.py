"""A corpus measured: every utterance with the cues that its signal carries, each file once and then from a cache."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from zoo.acoustics.calibration import calibrate
from zoo.acoustics.levels import Thresholds, label
from zoo.acoustics.measure import VERSION, Measures, measure
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.places import cache_folder
from zoo.data.journal import digest
from zoo.data.pool import Died, work
from zoo.data.utterance import Utterance

MOST_REJECTED = 0.05  # of the utterances; beyond it something is wrong with the corpus and not with a file
POOL_FROM = 200  # files to measure; a worker takes a second to start, in which one process measures about fifty


@dataclass(frozen=True)
class Measured:
    """What `measured` gives; `measures` and `digests` stand beside `utterances`, `rejected` holds (path, reason)."""

    utterances: list[Utterance]
    thresholds: Thresholds
    rejected: list[tuple[Path, str]]
    measures: list[Measures]
    digests: list[str]  # of the files' content


def measured(
    utterances: Sequence[Utterance],
    thresholds: Thresholds | None = None,
    workers: int = 2,
    tracker: str = "swift-f0",
    rejected_share: float = MOST_REJECTED,
) -> Measured:
    """Measure every utterance, and say its cues by `thresholds`, or by those of these utterances where None are given.

    Cues that a corpus brings with it are left as they are.
    Measures are kept in the cache by the audio's content, so a second call reads and hashes files only.

    Raises:
        ZooError: if more than `rejected_share` of the files cannot be read; fewer are listed in `rejected`.
    """
    rows, contents = _measure_all([u.audio_path for u in utterances], workers, tracker)
    kept: list[tuple[Utterance, Measures]] = []
    digests: list[str] = []
    rejected: list[tuple[Path, str]] = []
    for utterance, row, content in zip(utterances, rows, contents, strict=True):
        if isinstance(row, Measures):
            kept.append((utterance, row))
            digests.append(content)
        else:
            rejected.append((utterance.audio_path, row))
    if len(rejected) > rejected_share * len(utterances):
        raise ZooError(
            f"{len(rejected)} of {len(utterances)} audio files cannot be measured, the first: {rejected[0][1]}"
        )
    thresholds = thresholds or calibrate((row, u.gender) for u, row in kept)
    labelled = [u if u.cues else replace(u, cues=label(row, thresholds, u.gender)) for u, row in kept]
    return Measured(labelled, thresholds, rejected, [row for _, row in kept], digests)


def _measure_all(paths: Sequence[Path], workers: int, tracker: str) -> tuple[list[Measures | str], list[str]]:
    """The measures of each file, or the sentence that says why it has none; and the digest of each."""
    cache = cache_folder("measures") / f"{tracker}.{VERSION}.jsonl"
    known = _read_cache(cache)
    digests = [digest(path) or f"unreadable:{path}" for path in paths]  # measuring what cannot be opened tells why
    missing = {d: p for d, p in zip(digests, paths, strict=True) if d not in known}
    names = {p: d for d, p in missing.items()}
    refused: dict[str, str] = {}
    with cache.open("a", encoding="utf-8") as file:
        for path, row in _run(list(names), workers, tracker):
            if isinstance(row, str):
                refused[names[path]] = row  # not kept: the file may be mended in place
                continue
            known[names[path]] = row
            file.write(json.dumps({"sha256": names[path], **row.to_dict()}) + "\n")
    return [known.get(d) or refused[d] for d in digests], digests


def _run(paths: list[Path], workers: int, tracker: str) -> Iterator[tuple[Path, Measures | str]]:
    """Measure files, in worker processes where they are many, with a progress bar on standard error."""
    jobs = [(path, tracker) for path in paths]
    rows = work(_measure_one, jobs, workers if len(paths) >= POOL_FROM else 1)
    bar = Console(stderr=True)
    for (path, _), row in track(rows, "measuring", len(jobs), console=bar, transient=True, disable=not jobs):
        yield path, f"{path} ended the process that measured it" if isinstance(row, Died) else row


def _measure_one(job: tuple[Path, str]) -> Measures | str:
    path, tracker = job
    try:
        return measure(read_wave(path), tracker)
    except ZooError as error:
        return str(error)


def _read_cache(cache: Path) -> dict[str, Measures]:
    known: dict[str, Measures] = {}
    if not cache.exists():
        return known
    for line in cache.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            known[row["sha256"]] = Measures.from_dict(row)
        except (ValueError, KeyError, TypeError):
            continue  # a line that a killed process left half written; its file is measured again
    return known
