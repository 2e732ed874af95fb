"""Models into checkpoints: what was trained, whole or as the difference to another checkpoint."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from zoo.core.checkpoint import HERE, Checkpoint, read_checkpoint, write_checkpoint
from zoo.core.sharding import joined
from zoo.models.speech_lm import SpeechLM
from zoo.models.state import changed, is_pretrained, owned


def save_model(
    model: SpeechLM,
    folder: Path,
    sections: Mapping[str, Any],
    card: dict[str, Any],
    dtype: torch.dtype | None = None,
    writes: bool = True,
    base: str | Path | None = None,
) -> Path:
    """Write a model as a checkpoint folder: what was trained, in `dtype` where given, and what it knows.

    Of a model in pieces all ranks put the tensors together; one of them `writes`. With a `base`, a checkpoint's name,
    only the difference to it is written, and the card says that it stands on that one.
    """
    tensors = {name: joined(value.detach()).cpu() for name, value in owned(model, sections).items()}
    if not writes:
        return folder
    if dtype is not None:
        tensors = {name: value.to(dtype) if value.is_floating_point() else value for name, value in tensors.items()}
    own = sections.get("backbone") and not is_pretrained("backbone", sections)
    tokenizer = model.backbone.tokenizer if own else None
    if base is not None:
        under = read_checkpoint(base)
        card = {**card, "stands_on": {"checkpoint": str(base), "sha256": under.digest()}}
        tensors = changed(tensors, under.tensors())
        tokenizer = None if under.tokenizer else tokenizer
    recipe, files = dict(sections), {}
    if any(name.startswith("encoder.") for name in tensors) and model.encoder.published:
        published = model.encoder.published.items()
        files = {name: {k: v for k, v in row.items() if k != "_name_or_path"} for name, row in published}
        recipe["encoder"] = (
            {**recipe["encoder"], "weights": HERE} if is_pretrained("encoder", sections) else recipe["encoder"]
        )
    return write_checkpoint(Checkpoint(folder, recipe, asdict(model.knowledge), card), tensors, tokenizer, files)
