"""Checkpoints into models: strict, part by part."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from zoo.acoustics.levels import Thresholds
from zoo.core.check import check_parts
from zoo.core.checkpoint import Checkpoint, read_checkpoint
from zoo.core.errors import ZooError
from zoo.models.build import build_model, parts
from zoo.models.same_parts import refuse_other_parts, refuse_other_weights
from zoo.models.speech_lm import Knowledge, SpeechLM
from zoo.models.state import changed, is_pretrained, tensors_of
from zoo.text.answer_form import answer_form
from zoo.text.prompt import Prompt


def load_model(name: str | Path, weights: str | Path | None = None) -> SpeechLM:
    """Load a checkpoint as a model in evaluation mode, on the CPU.

    `weights` is a folder or hub name that stands in for the published weights its recipe names.
    """
    checkpoint = read_checkpoint(name)
    if weights is not None:
        checkpoint = _standing_on(checkpoint, str(weights))
    check_parts(checkpoint.recipe, str(checkpoint.folder))
    try:
        model = build_model(checkpoint.recipe, tokenizer=checkpoint.tokenizer)
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
    refuse_other_parts(checkpoint, sections)
    model = build_model(sections, tokenizer=checkpoint.tokenizer)
    _fill(model, checkpoint, sections)
    return model


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
            refuse_other_weights(part, checkpoint, sections[part] or {})
        # What pretrained weights gave already, to the last bit, needs no copy in the next checkpoint either.
        new = changed(theirs, ours)
        with torch.no_grad():
            for name, value in new.items():
                ours[name].copy_(value)
        model.loaded |= new.keys()
    model.knowledge = _knowledge(checkpoint)


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
