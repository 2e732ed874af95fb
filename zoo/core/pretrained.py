"""Published weights and configurations as modules take them: read as safetensors and never unpickled."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.core.errors import ZooError
from zoo.core.hub import folder
from zoo.core.memory import need

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHT_NORM = {"weight_g": "parametrizations.weight.original0", "weight_v": "parametrizations.weight.original1"}
OURS = "encoder.net."  # how a checkpoint of a trained encoder begins the library's names


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
