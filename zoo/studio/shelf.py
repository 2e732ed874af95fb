"""The checkpoints that a page offers: those that can answer and need no network; loaded when asked for."""

from collections import OrderedDict
from pathlib import Path

from zoo.core.checkpoint import read_checkpoint
from zoo.core.errors import ZooError
from zoo.core.hub import is_here
from zoo.core.places import PROJECT, find
from zoo.core.sections import NAMED, PARTS
from zoo.models.load import load_model
from zoo.models.speech_lm import SpeechLM

KEPT = 2  # models in memory: as many as stand side by side


class Shelf:
    """Checkpoints by name, in the order in which they are offered, and what each knows."""

    def __init__(self, first: str, weights: str | None = None) -> None:
        """Look through `checkpoints/`; `first` is offered first, and its published weights may lie in a folder.

        Raises:
            ZooError: `first` is no checkpoint that can be read.
        """
        self.weights = weights
        chosen = read_checkpoint(first)
        self.folders = {chosen.folder.name: chosen.folder}
        self.corpora = {chosen.folder.name: tuple(chosen.knowledge.get("emotions", {}))}
        if not self.corpora[chosen.folder.name]:
            raise ZooError(f"{first} gives no emotions (an encoder alone, or a judge); choose a model that answers")
        self.first = chosen.folder.name
        self._loaded: OrderedDict[str, SpeechLM] = OrderedDict()
        for folder in sorted({p for root in (PROJECT, Path()) for p in (root / "checkpoints").glob("*/card.yaml")}):
            self._offer(folder.parent)

    def model(self, name: str) -> SpeechLM:
        """The model of that name, loaded if it is not at hand; a `ZooError` if it is not offered."""
        if name not in self.folders:
            raise ZooError("this page offers no such checkpoint; choose one of its list")
        if name not in self._loaded:
            self._loaded[name] = load_model(self.folders[name], self.weights if name == self.first else None)
        self._loaded.move_to_end(name)
        while len(self._loaded) > KEPT:
            self._loaded.popitem(last=False)
        return self._loaded[name]

    def _offer(self, folder: Path) -> None:
        """Put a checkpoint on the shelf if it answers questions and needs nothing that is not on this machine."""
        try:
            checkpoint = read_checkpoint(folder)
        except ZooError:  # a damaged one is no reason to show none
            return
        recipe, known = checkpoint.recipe, tuple(checkpoint.knowledge.get("emotions", {}))
        answers = known and recipe.get("adapter") and recipe.get("backbone") and not recipe.get("scorer")
        if answers and all(_at_hand(part, recipe.get(part)) for part in PARTS) and folder.name not in self.folders:
            self.folders[folder.name], self.corpora[folder.name] = folder, known


def _at_hand(part: str, section: dict[str, object] | None) -> bool:
    """Whether a part's published weights, if it stands on any, can be had without a network."""
    if not section or part not in NAMED or section.get("name") not in NAMED[part].entries:
        return not section
    weights = section.get("weights") or NAMED[part].entry(str(section["name"])).facts.get("hub")
    return weights is None or find(str(weights)) is not None or is_here(str(weights))
