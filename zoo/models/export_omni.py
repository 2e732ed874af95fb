"""A joined omni model back in the layout it came in: its source's files, with the tensors that the zoo holds in place.

What the zoo never reads, the eyes and the mouth, goes along as it is stored, shard by shard; so the folder loads as the
source did, in `transformers` and in whatever else serves that family.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from torch import Tensor

from zoo.core.hub import UNWANTED, WANTED, folder
from zoo.core.omni import LAYOUTS, PROJECTOR, STACKING, TOWER, stored_name
from zoo.models.build import parts
from zoo.models.speech_lm import SpeechLM
from zoo.models.state import tensors_of

MODEL = "model"  # the folder, inside the export's: tensors of the zoo's own lie beside it and not among its files
THINKER = {"qwen2_5_omni": "Qwen2_5OmniThinkerForConditionalGeneration"}  # which of a family's classes hears and writes
# Adapters that are an omni model's own, and the rows of a layout that they hold.
JOINED = {"linear": {PROJECTOR}, "stack-mlp": {STACKING + "0.", STACKING + "2."}, "identity": set()}


def omni_source(model: SpeechLM, weights: str | None, adapter: str | None) -> Path | None:
    """The folder of the omni checkpoint whose ear, adapter and language model these are; None if they are not of one.

    `weights` is where the backbone's come from. An ear or an LLM that was exchanged for another has no place in it.
    """
    if weights is None or adapter not in JOINED or {"enrolment", "scorer"} & parts(model).keys():
        return None
    source = folder(weights)
    kind = _kind(source)
    layout = LAYOUTS.get(kind, {})
    if TOWER not in layout or {row for row in layout if row.startswith("adapter.")} != JOINED[adapter]:
        return None
    stored = _shapes(source)
    ours = _tensors(model)
    at_home = all(stored.get(str(stored_name(kind, name))) == list(value.shape) for name, value in ours.items())
    return source if at_home else None


def size_of_source(source: Path) -> int:
    """Bytes of the files that go along."""
    return sum(path.stat().st_size for path in _files(source))


def export_omni(model: SpeechLM, source: Path, into: Path) -> dict[str, Any]:
    """Write a joined model, its LoRA merged, in its source's layout and precision; the facts of it."""
    from safetensors.torch import load_file, save_file

    kind = _kind(source)
    mine = {str(stored_name(kind, name)): value.detach() for name, value in _tensors(model).items()}
    into.mkdir()
    for path in _files(source):
        if path.suffix != ".safetensors" or not (mine.keys() & (held := load_file(path)).keys()):
            shutil.copyfile(path, into / path.name)
            continue
        held |= {name: mine[name].to(held[name].dtype).contiguous() for name in held.keys() & mine.keys()}
        save_file(held, into / path.name, {"format": "pt"})
    return {"folder": into.name, "model_type": kind, "class": THINKER.get(kind), "replaced": len(mine)}


def _kind(source: Path) -> str:
    return str(json.loads((source / "config.json").read_text(encoding="utf-8")).get("model_type"))


def _tensors(model: SpeechLM) -> dict[str, Tensor]:
    """The tensors of encoder, adapter and backbone by canonical name, without a LoRA's own."""
    found = parts(model)
    mine: dict[str, Tensor] = {}
    for part in ("encoder", "adapter", "backbone"):
        mine |= tensors_of(part, found[part])
    return {name: value for name, value in mine.items() if ".lora_" not in name}


def _shapes(source: Path) -> dict[str, list[int]]:
    """The shape of every stored tensor, read from the files' heads."""
    from safetensors import safe_open

    found: dict[str, list[int]] = {}
    for path in _files(source):
        if path.suffix == ".safetensors":
            with safe_open(path, framework="pt") as shard:
                found |= {name: list(shard.get_slice(name).get_shape()) for name in shard.keys()}  # noqa: SIM118 (not a dict)
    return found


def _files(source: Path) -> list[Path]:
    """The files that make a model folder; a second copy of the weights would go along untrained."""
    found, left = ({path for pattern in row for path in source.glob(pattern)} for row in (WANTED, UNWANTED))
    return sorted(path for path in found - left if path.is_file())
