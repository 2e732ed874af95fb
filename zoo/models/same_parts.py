"""Whether a recipe's parts are those that a checkpoint was trained with, so that its neighbours fit them."""

from collections.abc import Mapping
from filecmp import cmp
from typing import Any

from zoo.core.checkpoint import TENSORS, Checkpoint
from zoo.core.errors import ZooError
from zoo.core.places import find
from zoo.core.sections import NAMED, PARTS

# Options that may differ between a checkpoint and who starts from it.
FREE = {"frozen", "lr", "keep", "lora", "weights", "dtype", "checkpointing", "quantise", "dropout"}
HANDED_OVER = {"tokens"}  # whether a prosody head tells the adapter something; free where there was no adapter


def refuse_other_parts(checkpoint: Checkpoint, sections: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Raise a `ZooError` where a recipe's part is not the checkpoint's, or its enrolment is missing."""
    free = FREE if checkpoint.recipe.get("adapter") else FREE | HANDED_OVER
    for part in PARTS:
        theirs, ours = checkpoint.recipe.get(part), sections.get(part)
        if theirs and ours and (found := _differs(part, theirs, ours, free)):
            raise ZooError(
                f"checkpoint {checkpoint.folder} was trained with {part} {found[0]}, this recipe has {found[1]}: "
                f"its other parts do not fit. Train a base with this {part} first, or write start_from=null"
            )
    if checkpoint.recipe.get("enrolment") and not sections.get("enrolment"):
        raise ZooError(
            f"checkpoint {checkpoint.folder} knows speakers by enrolled clips and this recipe gives it none: write "
            f"enrolment: {{name: {checkpoint.recipe['enrolment']['name']}}}"
        )


def refuse_other_weights(part: str, checkpoint: Checkpoint, ours: Mapping[str, Any]) -> None:
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


def _differs(part: str, theirs: Mapping[str, Any], ours: Mapping[str, Any], free: set[str]) -> tuple[str, str] | None:
    """The first option in which two sections of one part differ, in words; None if none.

    An option that is younger than the checkpoint had its default then.
    """
    defaults = {key: option.default for key, option in NAMED[part].entry(theirs["name"]).options.items()}
    theirs = {key: defaults[key] for key in defaults.keys() & ours.keys()} | dict(theirs)
    for key in sorted((theirs.keys() | ours.keys()) - free, key=lambda key: (key != "name", key)):
        if theirs.get(key) != ours.get(key):
            says = [
                f"{row.get('name')}" + ("" if key == "name" else f" ({key}: {row.get(key)})") for row in (theirs, ours)
            ]
            return says[0], says[1]
    return None
