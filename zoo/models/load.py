"""Checkpoints into models and back: strict, part by part."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from filecmp import cmp
from pathlib import Path
from typing import Any

import torch

from zoo.acoustics.levels import Thresholds
from zoo.core.check import check_parts
from zoo.core.checkpoint import HERE, TENSORS, Checkpoint, read_checkpoint, write_checkpoint
from zoo.core.errors import ZooError
from zoo.core.places import find
from zoo.core.sections import NAMED, PARTS
from zoo.core.sharding import joined
from zoo.models.build import build_model, parts
from zoo.models.speech_lm import Knowledge, SpeechLM
from zoo.models.state import is_pretrained, owned, tensors_of
from zoo.text.answer_form import answer_form
from zoo.text.prompt import Prompt

# Options that may differ between a checkpoint and who starts from it.
FREE = {"frozen", "lr", "lora", "weights", "dtype", "checkpointing", "quantise"}


def load_model(name: str | Path, weights: str | Path | None = None) -> SpeechLM:
    """Load a checkpoint as a model in evaluation mode, on the CPU.

    `weights` is a folder or hub name that stands in for the published weights its recipe names.
    """
    checkpoint = read_checkpoint(name)
    if weights is not None:
        checkpoint = _standing_on(checkpoint, str(weights))
    check_parts(checkpoint.recipe, str(checkpoint.folder))
    try:
        model = build_model(checkpoint.recipe, tokenizer=_tokenizer(checkpoint))
    except (RuntimeError, MemoryError) as error:  # torch's words for sizes beyond memory, or that make no sense
        raise ZooError(
            f"checkpoint {checkpoint.folder} cannot be built from its recipe: {str(error).splitlines()[0]}"
        ) from None
    _fill(model, checkpoint, checkpoint.recipe)
    return model.eval()


def start_from(name: str | Path, sections: Mapping[str, Mapping[str, Any] | None]) -> SpeechLM:
    """Build a recipe's model on a checkpoint's weights; parts that the checkpoint does not have start as built.

    Raises:
        ZooError: a part of the checkpoint is not the one the recipe names, so that its neighbours do not fit it.
    """
    checkpoint = read_checkpoint(name)
    for part in PARTS:
        theirs, ours = checkpoint.recipe.get(part), sections.get(part)
        if theirs and ours and (found := _differs(part, theirs, ours)):
            raise ZooError(
                f"checkpoint {checkpoint.folder} was trained with {part} {found[0]}, this recipe has {found[1]}: "
                f"its other parts do not fit. Train a base with this {part} first, or write start_from=null"
            )
    if checkpoint.recipe.get("enrolment") and not sections.get("enrolment"):
        raise ZooError(
            f"checkpoint {checkpoint.folder} knows speakers by enrolled clips and this recipe gives it none: write "
            f"enrolment: {{name: {checkpoint.recipe['enrolment']['name']}}}"
        )
    model = build_model(sections, tokenizer=_tokenizer(checkpoint))
    _fill(model, checkpoint, sections)
    return model


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
        tensors = _changed(tensors, under.tensors())
        tokenizer = None if _tokenizer(under) else tokenizer
    recipe, files = dict(sections), {}
    if any(name.startswith("encoder.") for name in tensors) and model.encoder.published:
        published = model.encoder.published.items()
        files = {name: {k: v for k, v in row.items() if k != "_name_or_path"} for name, row in published}
        recipe["encoder"] = (
            {**recipe["encoder"], "weights": HERE} if is_pretrained("encoder", sections) else recipe["encoder"]
        )
    return write_checkpoint(Checkpoint(folder, recipe, asdict(model.knowledge), card), tensors, tokenizer, files)


def _standing_on(checkpoint: Checkpoint, weights: str) -> Checkpoint:
    """The checkpoint with `weights` for the published ones; a `ZooError` if it stands on none, or on several."""
    rows = {part: row for part, row in checkpoint.recipe.items() if isinstance(row, dict) and row.get("weights")}
    named = {row["weights"] for row in rows.values()} - {str(checkpoint.folder)}
    if len(named) != 1:
        raise ZooError(
            f"checkpoint {checkpoint.folder} stands on {len(named)} published weights, and weights={weights} can stand "
            "in for one; leave it out, or edit the folder's recipe.yaml"
        )
    standing = {part: {**row, "weights": weights} for part, row in rows.items() if row["weights"] in named}
    return replace(checkpoint, recipe={**checkpoint.recipe, **standing})


def _fill(model: SpeechLM, checkpoint: Checkpoint, sections: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Give a model a checkpoint's tensors and knowledge, and say of every mismatch which part it is in."""
    given = checkpoint.tensors()
    for part, module in parts(model).items():
        if not checkpoint.recipe.get(part):
            continue
        ours = tensors_of(part, module)
        theirs = {name: value for name, value in given.items() if name.startswith(part + ".")}
        needed = {} if is_pretrained(part, sections) else {name for name in ours if ".lora_" not in name}
        wrong = [name for name in theirs if name not in ours or ours[name].shape != theirs[name].shape]
        wrong += sorted(needed - theirs.keys())
        if wrong:
            raise ZooError(
                f"checkpoint {checkpoint.folder}: its {part} ({checkpoint.recipe[part]['name']}) does not fit this "
                f"recipe's, {len(wrong)} tensors differ, {wrong[0]} first; use the recipe it was trained with"
            )
        if not [name for name in theirs if ".lora_" not in name]:
            _refuse_other_weights(part, checkpoint, sections[part] or {})
        # What pretrained weights gave already, to the last bit, needs no copy in the next checkpoint either.
        changed = _changed(theirs, ours)
        with torch.no_grad():
            for name, value in changed.items():
                ours[name].copy_(value)
        model.loaded |= changed.keys()
    model.knowledge = _knowledge(checkpoint)


def _refuse_other_weights(part: str, checkpoint: Checkpoint, ours: Mapping[str, Any]) -> None:
    """Raise a `ZooError` where a part that stands on pretrained weights is given others than its neighbours learnt on.

    Folders alone are compared; a hub name, or a folder that is elsewhere now, is taken at its word.
    """
    named = [row.get("weights") for row in (checkpoint.recipe[part], ours)]
    if named[0] == named[1]:
        return  # as in every loading of a checkpoint: its files are not read twice
    found = [folder / TENSORS for name in named if name and (folder := find(name)) is not None]
    if len(found) == 2 and all(file.is_file() for file in found) and not cmp(found[0], found[1], shallow=False):
        raise ZooError(
            f"checkpoint {checkpoint.folder} was trained with {part} weights {named[0]}, this recipe has {named[1]}, "
            f"which are others: its other parts do not fit. Write {part}.weights={named[0]}"
        )


def _changed(tensors: Mapping[str, torch.Tensor], known: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors that are not known to the last bit."""
    return {
        name: value
        for name, value in tensors.items()
        if name not in known or not torch.equal(known[name].cpu().to(value.dtype), value)
    }


def _differs(part: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first option in which two sections of one part differ, in words; None if none.

    An option that is younger than the checkpoint had its default then.
    """
    defaults = {key: option.default for key, option in NAMED[part].entry(theirs["name"]).options.items()}
    theirs = {key: defaults[key] for key in defaults.keys() & ours.keys()} | dict(theirs)
    for key in sorted((theirs.keys() | ours.keys()) - FREE, key=lambda key: (key != "name", key)):
        if theirs.get(key) != ours.get(key):
            says = [
                f"{row.get('name')}" + ("" if key == "name" else f" ({key}: {row.get(key)})") for row in (theirs, ours)
            ]
            return says[0], says[1]
    return None


def _knowledge(checkpoint: Checkpoint) -> Knowledge:
    known = checkpoint.knowledge
    try:
        emotions = {corpus: tuple(words) for corpus, words in known.get("emotions", {}).items()}
        found = Knowledge(Prompt(**known["prompt"]), emotions, dict(known.get("thresholds", {})))
        thresholds_of(found)
        answer_form(found.prompt.form)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ZooError(f"checkpoint {checkpoint.folder} is damaged (knowledge.json: {error}); fetch it again") from None
    return found


def thresholds(model: SpeechLM) -> dict[str, Thresholds]:
    """The cue thresholds that a model was trained with, by corpus."""
    return thresholds_of(model.knowledge)


def thresholds_of(knowledge: Knowledge) -> dict[str, Thresholds]:
    """The cue thresholds in what a checkpoint knows, by corpus."""
    return {corpus: Thresholds.from_dict(row) for corpus, row in knowledge.thresholds.items()}


def _tokenizer(checkpoint: Checkpoint) -> Path | None:
    folder = checkpoint.folder / "tokenizer"
    if folder.is_dir():
        return folder
    return None if checkpoint.base is None else _tokenizer(checkpoint.base)
