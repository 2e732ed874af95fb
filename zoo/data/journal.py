"""What has been measured, by whichever run: lines in files beside the output, and an index of where each one lies.

A measure holds for a row as long as what it depends on is the same: the row's path, words, language and gender (its
key), the audio file (size and time of change, or else content) and the way of measuring (`made_by`).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from zoo.core.lines import read_at, read_lines
from zoo.data.rows import Row

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a measure lies, and of which file content it is."""

    file: int
    offset: int
    size: int | None  # None: there was no such file
    mtime_ns: int | None
    sha256: str | None
    again: bool  # what went wrong was not the file's fault for certain; worth another try


class Journal:
    """The index of all measures for one output; the measures stay on disk. Used with `with`."""

    def __init__(self, out: Path, made_by: str, own: Path) -> None:
        self.own, self.made_by = own, made_by
        self.paths = [*sorted(p for p in journals(out) if p != own), own]  # its own last: the newest say counts
        self._index: dict[str, Entry] = {}
        for number, path in enumerate(self.paths):
            for offset, row in read_lines(path):
                self._note(number, offset, row)
        self._files: dict[int, IO[bytes]] = {}

    def __len__(self) -> int:
        return len(self._index)

    def added(self, offset: int, row: dict[str, Any]) -> None:
        """Take note of a line that has just been appended to this run's own file."""
        self._note(len(self.paths) - 1, offset, row)

    def holds(self, row: Row) -> bool:
        """Whether the row has been measured as it and its audio file are now, successfully or not."""
        entry = self._index.get(row.key)
        if entry is None or entry.again:
            return False
        size, mtime_ns = state(row.audio_path)
        if size is None or entry.size != size:
            return entry.size == size
        return entry.mtime_ns == mtime_ns or entry.sha256 == digest(row.audio_path)  # copied, or touched

    def read(self, row: Row) -> dict[str, Any] | None:
        """The line of a row; None if it has not been measured."""
        entry = self._index.get(row.key)
        if entry is None:
            return None
        if entry.file not in self._files:
            self._files[entry.file] = self.paths[entry.file].open("rb")
        return read_at(self._files[entry.file], entry.offset)

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def _note(self, file: int, offset: int, row: dict[str, Any]) -> None:
        if row.get("made_by") == self.made_by and isinstance(key := row.get("key"), str):
            again = bool(row.get("again"))
            self._index[key] = Entry(file, offset, row.get("size"), row.get("mtime_ns"), row.get("sha256"), again)


def own_journal(out: Path, shard: tuple[int, int] | None = None) -> Path:
    """The file that a run appends to: `out.measures.jsonl`, or `out.measures.2-of-8.jsonl` for a shard."""
    return beside(out, "measures.jsonl" if shard is None else f"measures.{shard[0]}-of-{shard[1]}.jsonl")


def journals(out: Path) -> Iterable[Path]:
    """Every file of measures beside an output."""
    stem = beside(out, "measures").name
    return [p for p in out.parent.iterdir() if p.name.startswith(stem + ".") and p.name.endswith(".jsonl")]


def beside(out: Path, ending: str) -> Path:
    """The file `NAME.ending` beside the output `NAME.jsonl`."""
    return out.with_name(f"{out.name.removesuffix('.jsonl')}.{ending}")


def state(path: Path) -> tuple[int | None, int | None]:
    """The size and time of change of a file; (None, None) if there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None, None
    return found.st_size, found.st_mtime_ns


def digest(path: Path, hashed: Callable[[], Any] = hashlib.sha256) -> str | None:
    """SHA-256 of a file's content; None if it cannot be read."""
    whole = hashed()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                whole.update(block)
    except OSError:
        return None
    return str(whole.hexdigest())
