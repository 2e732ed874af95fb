"""A run's state on disk: whole or not at all, and a full disk leaves the one before it as it was."""

import os
import shutil
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins import TorchCheckpointIO

from zoo.core.errors import ZooError
from zoo.core.places import disk_full

TIGHT_BYTES = 1 << 20  # with less than this left, a write that failed is taken to have failed for want of room


class SafeIO(TorchCheckpointIO):
    """Write under another name, bring it to the disk, rename; read tensors and plain types alone."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        """Put `checkpoint` at `path`; a kill at any moment leaves the old file or the new one.

        Raises:
            ZooError: the disk is full; what was at `path` is still there.
        """
        place = Path(path)
        half = place.with_name(f".{place.name}.{os.getpid()}.half")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            for left in place.parent.glob(f".{place.name}.*.half"):  # of a run that was killed while writing
                left.unlink(missing_ok=True)
            with half.open("wb") as file:
                torch.save(checkpoint, file)
                file.flush()
                os.fsync(file.fileno())
            half.replace(place)
            _sync_folder(place.parent)
        except (OSError, RuntimeError) as error:  # torch's own writer raises the latter
            half.unlink(missing_ok=True)
            raise refused(error, place.parent) from None


def refused(error: OSError | RuntimeError, folder: Path) -> BaseException:
    """What to raise for an error of writing into `folder`: a sentence where the disk is full, else the error."""
    tight = isinstance(error, RuntimeError) and shutil.disk_usage(folder).free < TIGHT_BYTES
    if not (disk_full(error) or tight):
        return error
    return ZooError(
        f"the disk of {folder} is full; the last state that was written is whole: make room, and go on with --resume"
    )


def _sync_folder(folder: Path) -> None:
    """Bring a rename to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
