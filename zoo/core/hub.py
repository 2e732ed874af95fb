"""Where published weights come from: a local folder, or the model hub and its cache on this machine."""

import os
from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.places import find

WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
# Other formats in subfolders, and second copies of the weights: in float32, and in the layout of Mistral's own code.
UNWANTED = ["*/*", "*.fp32*", "consolidated*"]


def folder(weights: str) -> Path:
    """The folder that holds `weights`, a local folder or a hub name; fetched from the hub if it is not on disk.

    Raises:
        ZooError: one sentence naming the hub name and the way out, whatever went wrong: no network, a name that is
            not there, a licence not accepted, weights in another format than safetensors.
    """
    local = find(weights)
    if local is not None and local.is_dir():
        return local
    try:
        return _fetch(weights)
    except Exception as error:  # the hub's client raises some twenty kinds; to a user they are one
        reason, way_out = _reason(error, weights)
        raise ZooError(
            f'"{weights}" is neither a local folder nor to be had from the hub ({reason}); {way_out}'
        ) from None


def is_here(hub: str) -> bool:
    """Whether the safetensors of a hub name lie in the hub's cache on this machine; no network is asked."""
    found = (hub_cache() / f"models--{hub.replace('/', '--')}" / "snapshots").glob("*/*.safetensors")
    return any(path.exists() for path in found)  # a link whose file was deleted is none


def hub_cache() -> Path:
    """Where the hub's client keeps what it fetched; read as it does, without its import, which takes a while."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home, "hub")).expanduser()


def _fetch(hub: str) -> Path:
    from huggingface_hub import snapshot_download

    fetched = Path(snapshot_download(hub, allow_patterns=WANTED, ignore_patterns=UNWANTED))
    if not list(fetched.glob("*.safetensors")):
        revision = _converted(hub)
        fetched = Path(snapshot_download(hub, revision=revision, allow_patterns=WANTED, ignore_patterns=UNWANTED))
    return fetched


def _converted(hub: str) -> str:
    """The revision in which the hub's own bot offers the weights as safetensors; old speech models have no other."""
    from huggingface_hub import HfApi

    for offer in HfApi().get_repo_discussions(hub, author="SFconvertbot", discussion_type="pull_request"):
        if offer.title == "Adding `safetensors` variant of this model" and offer.git_reference:
            return offer.git_reference
    raise FileNotFoundError("it has no safetensors")


def _reason(error: Exception, hub: str) -> tuple[str, str]:
    """Why the hub gave nothing, and the way out."""
    kind = type(error).__name__
    ready = "fetch it where there is a network and set weights=<its local folder>"
    page = f"https://huggingface.co/{hub}"
    known = {
        "GatedRepoError": (
            "its licence must be accepted first",
            f"accept it on {page} and log in with `hf auth login`, or set weights=<a local folder>",
        ),
        "RepositoryNotFoundError": (
            "no model of that name",
            "look the name up on https://huggingface.co/models, log in with `hf auth login` if it is private, or set "
            "weights=<a local folder>",
        ),
        "HFValidationError": ("not a hub name", "write <owner>/<model>, or a folder that is there"),
        "FileNotFoundError": (str(error), ready),
        "OSError": (str(error), "make room for the download, or set weights=<its local folder>"),
    }
    return known.get(kind, (f"no answer from the hub: {kind}", ready))
