"""Checkpoints: a folder that rebuilds itself, in YAML, JSON and safetensors; nothing in it is ever unpickled.

recipe.yaml         the parts, resolved
model.safetensors   what was trained; frozen pretrained weights are named in the recipe, not copied. Where the card says
                    what checkpoint it `stands_on`, that one's tensors are not copied either
knowledge.json      prompt, option lists and cue thresholds
card.yaml           data, licence, metrics with split and n, cost
tokenizer/          where the backbone has one of its own
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from zoo.core.errors import ZooError
from zoo.core.places import PROJECT, find

if TYPE_CHECKING:
    from torch import Tensor

LONGEST_BYTES = 64 << 20  # of a readable file; the longest that we ship has some ten thousand
HERE = "."  # `weights` of a part whose trained weights lie in the checkpoint itself
RECIPE, TENSORS, KNOWLEDGE, CARD = "recipe.yaml", "model.safetensors", "knowledge.json", "card.yaml"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint's folder and its readable files; tensors are read when asked for."""

    folder: Path
    recipe: dict[str, Any]
    knowledge: dict[str, Any]
    card: dict[str, Any]

    def tensors(self) -> "dict[str, Tensor]":
        """Every trained tensor by its canonical name, such as `adapter.proj.weight`."""
        return self._own_tensors() if self.base is None else {**self.base.tensors(), **self._own_tensors()}

    @cached_property  # its file is read from end to end to know it again
    def base(self) -> "Checkpoint | None":
        """The checkpoint that this one is a difference to; None if it stands by itself.

        Raises:
            ZooError: that one is not there, or no longer what it was.
        """
        row = self.card.get("stands_on")
        if not row:
            return None
        try:
            name, wanted = str(row["checkpoint"]), row["sha256"]
        except (TypeError, KeyError):
            raise ZooError(f"checkpoint {self.folder} is damaged (card.yaml: stands_on); fetch it again") from None
        beside = self.folder.parent / Path(name).name  # as they are shipped
        base = read_checkpoint(name if find_checkpoint(name) else beside)
        if base.card.get("stands_on"):
            raise ZooError(
                f"{base.folder} is a difference to another checkpoint, and {self.folder} cannot stand on it; train "
                "that one with trainer.save_whole=true"
            )
        if base.digest() != wanted:
            raise ZooError(
                f"checkpoint {self.folder} stands on {base.folder}, whose weights are others than when it was trained; "
                "fetch both from one place, or train it again"
            )
        return base

    def digest(self) -> str:
        """SHA-256 of the file of tensors."""
        try:
            with (self.folder / TENSORS).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ZooError(f"{self.folder / TENSORS} cannot be read ({error}); fetch or train it again") from None

    @property
    def tokenizer(self) -> Path | None:
        """The folder of the tokenizer of a backbone that is its own; that of the base, where it stands on one."""
        folder = self.folder / "tokenizer"
        if folder.is_dir():
            return folder
        return None if self.base is None else self.base.tokenizer

    def _own_tensors(self) -> "dict[str, Tensor]":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            if not (self.folder / TENSORS).is_file():
                raise OSError("it is no file")
            return load_file(self.folder / TENSORS)
        except (SafetensorError, OSError, ValueError) as error:
            raise ZooError(
                f"{self.folder / TENSORS} is damaged or missing ({error}); fetch or train it again"
            ) from None


def find_checkpoint(name: str | Path) -> Path | None:
    """The folder of a checkpoint given as a folder, a name in `checkpoints/`, or the start of exactly one such name."""
    folder = find(name, under="checkpoints")
    if folder is not None and (folder / CARD).is_file():
        return folder
    if Path(name).name != str(name):
        return None
    folders = [path for root in (Path(), PROJECT) for path in sorted((root / "checkpoints").glob("*"))]
    near = [path for path in folders if path.name.startswith(f"{name}.") and (path / CARD).is_file()]
    return near[0] if len({path.resolve() for path in near}) == 1 else None


FAMILIES = ("ablation",)  # folders of recipes that belong together


def maker(name: str | Path) -> Path | None:
    """The recipe that makes a checkpoint of this name, which is `<recipe>.<trained on>`; None if there is none."""
    recipe, dot, _ = Path(name).name.partition(".")
    if not dot or not recipe:
        return None
    inside = (find(Path("recipes", folder, f"{recipe}.yaml")) for folder in ("", *FAMILIES))
    return next((path for path in inside if path is not None), None)


def read_checkpoint(name: str | Path) -> Checkpoint:
    """Read a checkpoint's readable files.

    Raises:
        ZooError: it is not there, or a file of it is missing or damaged.
    """
    folder = find_checkpoint(name)
    if folder is None and (recipe_before := maker(name)):
        raise ZooError(f"there is no checkpoint {name} yet; train it first: python -m zoo.fit {recipe_before}")
    if folder is None:
        raise ZooError(f"there is no checkpoint {name}; `python -m zoo.ls checkpoints` lists those at hand")
    try:
        recipe = yaml.safe_load(_text(folder / RECIPE))
        card = yaml.safe_load(_text(folder / CARD))
        knowledge = json.loads(_text(folder / KNOWLEDGE))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ZooError(f"checkpoint {folder} is damaged ({error}); fetch or train it again") from None
    if not all(isinstance(part, dict) for part in (recipe, card, knowledge)):
        raise ZooError(f"checkpoint {folder} is damaged (a file of it is no mapping); fetch or train it again")
    for section in recipe.values():
        if isinstance(section, dict) and section.get("weights") == HERE:
            section["weights"] = str(folder)
    return Checkpoint(folder, recipe, knowledge, card)


def _text(path: Path) -> str:
    """A file's text; what is no file is not waited for, as a pipe would have us do."""
    if not path.is_file():
        raise OSError(f"{path.name} is no file")
    if path.stat().st_size > LONGEST_BYTES:
        raise OSError(f"{path.name} is longer than {LONGEST_BYTES:,} bytes")
    return path.read_text(encoding="utf-8")


def write_checkpoint(
    checkpoint: Checkpoint,
    tensors: "dict[str, Tensor]",
    tokenizer: Any = None,
    files: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write a checkpoint whole or not at all, into a temporary folder that is renamed. The same in, the same bytes."""
    from safetensors.torch import save_file

    folder = checkpoint.folder
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / RECIPE).write_text(
        yaml.safe_dump(checkpoint.recipe, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    (draft / CARD).write_text(yaml.safe_dump(checkpoint.card, sort_keys=False, allow_unicode=True), encoding="utf-8")
    (draft / KNOWLEDGE).write_text(
        json.dumps(checkpoint.knowledge, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    save_file({key: tensors[key].contiguous() for key in sorted(tensors)}, draft / TENSORS)
    for name, content in (files or {}).items():
        (draft / name).write_text(json.dumps(content, indent=1, sort_keys=True, default=str) + "\n", encoding="utf-8")
    if tokenizer is not None:
        _save_tokenizer(tokenizer, draft / "tokenizer")
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)
    return folder


def _save_tokenizer(tokenizer: Any, folder: Path) -> None:
    """Save a tokenizer without the library's note of where it was loaded from, which would change the bytes."""
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    for key in ("is_local", "local_files_only"):
        config.pop(key, None)
    path.write_text(json.dumps(config, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
