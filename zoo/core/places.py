"""Where things lie: the cache, and the folders that a name or a relative path may mean."""

import errno
import os
from contextlib import suppress
from pathlib import Path

ZOO = Path(__file__).resolve().parents[1]
PROJECT = ZOO.parent  # a clone's root: its recipes/ and checkpoints/ are found from any working directory


def cache_folder(room: str) -> Path:
    """The folder `room` of the cache, made if need be: `$ZOO_CACHE`, else `$XDG_CACHE_HOME/emotionthinker-zoo`."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emotionthinker-zoo"
    folder = Path(os.environ.get("ZOO_CACHE") or home) / room
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def disk_full(error: BaseException) -> bool:
    """Whether writing failed since the disk, or the share of it that one may use, is full."""
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)


def find(name: str | Path, under: str = ".") -> Path | None:
    """The file or folder meant by `name`: as it stands, in the project, or in `under` of either; None if nowhere."""
    for root in (Path(), PROJECT):
        for candidate in (root / name, root / under / name):
            with suppress(OSError, ValueError):  # a name too long for a file, or with a zero byte
                if candidate.exists():
                    return candidate
    return None
