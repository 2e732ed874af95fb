"""What a run was made with and of, so that it can be made again: code, libraries, machine, and the data's content."""

import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

import zoo
from zoo.core.places import PROJECT
from zoo.data.loader import SpeechData

FILE = "made_with.json"
LIBRARIES = ("torch", "torchaudio", "transformers", "lightning", "peft", "numpy", "torchmetrics", "omegaconf")


def made_with(data: SpeechData) -> dict[str, Any]:
    """Versions, commit, machine, and a digest of what is trained on and of what is held out.

    The same recipe with the same of all these gives the same losses on one process; with another number of threads
    sums come in another order.
    """
    return {
        "zoo": zoo.__version__,
        "commit": _commit(),
        "python": platform.python_version(),
        **{name: _version(name) for name in LIBRARIES},
        "machine": f"{platform.system()} {platform.machine()}",
        "threads": torch.get_num_threads(),
        "data": dict(data.digests),
    }


def write_made_with(run: Path, data: SpeechData) -> None:
    """Put it beside a run's recipe."""
    (run / FILE).write_text(json.dumps(made_with(data), indent=1) + "\n", encoding="utf-8")


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the code, with a plus where files differ from it; None where it does not run from a clone."""
    git = ["git", "-C", str(PROJECT)]
    try:
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "zoo"], capture_output=True).returncode
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{commit}+" if changed else commit
