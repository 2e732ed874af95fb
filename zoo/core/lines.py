"""JSON lines that survive a kill: appended a whole line at a time, read past a torn end, replaced in one step."""

import filecmp
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from zoo.core.console import plain
from zoo.core.errors import ZooError

BLOCK_BYTES = 1 << 16  # read at a time when looking for the last line's end


def dumps(row: dict[str, Any]) -> str:
    """One line of JSON, text as it is written; NaN and infinity, which JSON does not know, become null."""
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(plain(row), ensure_ascii=False, allow_nan=False)


class Appender:
    """A file of JSON lines that grows by one line a `write`; a line is with the system when `write` returns.

    Opening it drops what a killed process left of its last line. Used with `with`.

    Raises:
        ZooError: if another process has it open as an `Appender`, or it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        except OSError as error:
            raise ZooError(f"{path} cannot be written ({error.strerror}); give a place that can") from None
        _lock(self._file, path)
        end = self._file.seek(0, os.SEEK_END)
        if (whole := _whole_lines(self._file, end)) < end:
            self._file.truncate(whole)
        self._file.seek(whole)

    def write(self, row: dict[str, Any]) -> int:
        """Append a row; the offset in bytes where its line starts."""
        offset = self._file.tell()
        line = memoryview(dumps(row).encode("utf-8", "backslashreplace") + b"\n")  # a lone surrogate stays an escape
        while line:
            line = line[self._file.write(line) :]
        return offset

    def fileno(self) -> int:
        """The file's descriptor; a child that is handed it holds the lock too."""
        return self._file.fileno()

    def __enter__(self) -> "Appender":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The (offset in bytes, row) of every whole line that is a JSON object; others are passed over."""
    if not path.exists():
        return
    with path.open("rb") as file:
        offset = 0
        for line in file:
            if line.endswith(b"\n") and (row := _object(line)) is not None:
                yield offset, row
            offset += len(line)


def read_at(file: IO[bytes], offset: int) -> dict[str, Any]:
    """The row whose line starts at that offset, as `Appender.write` or `read_lines` gave it."""
    file.seek(offset)
    row: dict[str, Any] = json.loads(file.readline())
    return row


@contextmanager
def replaced(path: Path) -> Iterator[IO[str]]:
    """A file to write under a temporary name; at the end it takes the place of `path`, unless they are the same.

    After an error or a kill `path` is as it was.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        if path.exists() and filecmp.cmp(part, path, shallow=False):
            part.unlink()
        else:
            part.replace(path)
    except OSError as error:
        raise ZooError(f"{path} cannot be written ({error.strerror}); give a place that can") from None
    finally:
        part.unlink(missing_ok=True)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):  # lists in lists without end
        return None
    return row if isinstance(row, dict) else None


def _whole_lines(file: IO[bytes], end: int) -> int:
    """How many of the file's first `end` bytes are whole lines."""
    while end > 0:
        start = max(0, end - BLOCK_BYTES)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep other processes' appenders out; the system lets go of the lock when this process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ZooError(f"another process is writing {path}; wait for it, or give each a --shard of its own") from None
    except OSError:
        return  # a file system without locks
