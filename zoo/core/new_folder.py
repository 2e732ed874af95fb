"""A folder that appears whole or not at all, and never in the place of another."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.places import disk_full

SPARE = 1.02  # of the tensors' bytes: configurations, tokenizer, and what a file system rounds up to


def refuse_taken(place: Path) -> None:
    """Raise a `ZooError` if something is there already."""
    if place.exists() or place.is_symlink():
        raise ZooError(f"{place} is there already and nothing is overwritten; give a folder that is not")


@contextmanager
def new_folder(place: Path, needed_bytes: int = 0) -> Iterator[Path]:
    """A folder to fill under a temporary name; at the end it gets its own. After an error nothing is left.

    Raises:
        ZooError: something is there already, it cannot be written, or the disk has no room for `needed_bytes`.
    """
    refuse_taken(place)
    draft = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        needed, free = int(needed_bytes * SPARE), shutil.disk_usage(place.parent).free
        if free < needed:
            room = f"{place} needs {_size(needed)} and {place.parent} has {_size(free)} free"
            raise ZooError(f"{room}; make room or give another disk")
        draft.mkdir()
        yield draft
        refuse_taken(place)  # made meanwhile by somebody else
        draft.rename(place)
    except OSError as error:
        way_out = "make room or give another disk" if disk_full(error) else "give a place that can"
        raise ZooError(f"{place} cannot be written ({error.strerror or error}); {way_out}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
