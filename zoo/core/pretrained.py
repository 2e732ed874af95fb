"""Where published weights come from: a local folder or the model hub, read as safetensors and never unpickled."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.core.errors import ZooError
from zoo.core.memory import need
from zoo.core.places import find

if TYPE_CHECKING:
    from torch import Tensor, nn

WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
WEIGHT_NORM = {"weight_g": "parametrizations.weight.original0", "weight_v": "parametrizations.weight.original1"}
OURS = "encoder.net."  # how a checkpoint of a trained encoder begins the library's names
UNWANTED = ["*/*", "*.fp32*"]  # other formats in subfolders, and a second copy of the weights in float32


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


def configuration(weights: str, families: tuple[str, ...] = ()) -> Any:
    """The `transformers` configuration beside weights; a `ZooError` if there is none or it is of no family wanted."""
    from transformers import AutoConfig

    place = folder(weights)
    try:
        with quiet():  # it also finds fault with sections that no part of the zoo reads
            found = AutoConfig.from_pretrained(place)
    except (OSError, ValueError) as error:
        raise ZooError(f"{place} is not a model folder: {str(error).splitlines()[0]}") from None
    if families and found.model_type not in families:
        raise ZooError(f"{place} holds a {found.model_type} model, and {' or '.join(families)} is wanted here")
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """A context in which `transformers` keeps its warnings to itself; its errors come through."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)


def tensors(source: Path, rename: Callable[[str], str | None]) -> "dict[str, Tensor]":
    """The tensors of a folder under new names; one whose new name is None is not read from disk."""
    from safetensors import safe_open

    found: dict[str, Tensor] = {}
    for path in _files(source):
        with safe_open(path, framework="pt") as shard:
            names = {old: new for old in shard.keys() if (new := rename(old.removeprefix(OURS))) is not None}  # noqa: SIM118 (not a dict)
            found |= {new: shard.get_tensor(old) for old, new in names.items()}
    return found


def stored_names(source: Path) -> set[str]:
    """The names of all tensors in a folder."""
    from safetensors import safe_open

    found: set[str] = set()
    for path in _files(source):
        with safe_open(path, framework="pt") as shard:
            found |= set(shard.keys())
    return found


def fill(module: "nn.Module", source: Path, rename: Callable[[str], str | None]) -> None:
    """Give a module made on the meta device its weights, in float32; a `ZooError` if one is missing."""
    wanted = module.state_dict()
    count = sum(value.numel() for value in wanted.values())
    need(4 * count, f"the {count / 1e6:,.0f} M numbers in {source}", "take a smaller model, or fewer of its layers")
    found = tensors(source, lambda stored: name if (name := rename(stored)) in wanted else None)
    wrong = [name for name, value in wanted.items() if name not in found or found[name].shape != value.shape]
    if wrong:
        raise ZooError(
            f"the weights in {source} do not fit: {len(wrong)} of {len(wanted)} tensors are missing or of another "
            f"shape, {wrong[0]} first"
        )
    module.load_state_dict({name: found[name].float() for name in wanted}, assign=True)


def parametrized(stored: str) -> str:
    """A stored name as the library's module has it now: weight norm was two tensors and is a parametrization."""
    head, _, last = stored.rpartition(".")
    return f"{head}.{WEIGHT_NORM[last]}" if last in WEIGHT_NORM else stored


def _files(source: Path) -> list[Path]:
    index = source / "model.safetensors.index.json"
    if index.exists():
        names = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        return [source / name for name in sorted(set(names))]
    if (source / "model.safetensors").exists():
        return [source / "model.safetensors"]
    raise ZooError(
        f"{source} holds no model.safetensors; weights in another format are not read, since they can run code"
    )


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
