"""Training a prosody head on an encoder's frames: frames 50/s -> pitch, energy, speed, intonation, or "can't tell"."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torchmetrics import MetricCollection
from torchmetrics.classification import MulticlassConfusionMatrix

from zoo.acoustics.cues import LEVELS
from zoo.core.registry import stages
from zoo.data.loader import Batch
from zoo.data.utterance import Utterance
from zoo.prosody.head import CANT_TELL, CLASSES
from zoo.stages.stage import Context, Stage


def cue_classes(cue: str, utterances: list[Utterance], device: torch.device) -> Tensor:
    """The class of a cue in each utterance, [B]: its level, or "can't tell" where it could not be measured."""
    levels = [getattr(utterance.cues, cue, None) for utterance in utterances]
    return torch.tensor([LEVELS[cue].index(level) + 1 if level else CANT_TELL for level in levels], device=device)


def cue_loss(logits: dict[str, Tensor], utterances: list[Utterance]) -> Tensor:
    """The mean over the cues of the cross-entropy of a prosody head's logits, {cue: [B, C]}."""
    rows = [cross_entropy(row.float(), cue_classes(cue, utterances, row.device)) for cue, row in logits.items()]
    return torch.stack(rows).mean()


@stages.offer("prosody-head", parts=("encoder", "prosody"))
class ProsodyStage(Stage):
    """Learn the measured levels of every cue."""

    def __init__(self, *, context: Context) -> None:
        super().__init__(context)
        counts = {cue: MulticlassConfusionMatrix(n) for cue, n in CLASSES.items()}
        self.confusion = MetricCollection(counts, compute_groups=False)

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """The mean cross-entropy over the cues."""
        loss = cue_loss(self._logits(batch), batch.utterances)
        self.report({"loss": loss}, len(batch.waves), shown=("loss",))
        return loss

    def test_step(self, batch: Batch, index: int) -> None:
        """Count the levels that were told right."""
        for cue, logits in self._logits(batch).items():
            self.confusion[cue].update(logits.argmax(-1), cue_classes(cue, batch.utterances, self.device))

    def results(self) -> dict[str, Any]:
        """Accuracy by cue beside the share of its most frequent level (`majority`), and their mean."""
        matrices = {cue: counts.double() for cue, counts in self.confusion.compute().items()}
        accuracy = {cue: float(m.diagonal().sum() / m.sum()) for cue, m in matrices.items()}
        majority = {cue: float(m.sum(1).max() / m.sum()) for cue, m in matrices.items()}
        n = int(next(iter(matrices.values())).sum())
        return {"accuracy": sum(accuracy.values()) / len(accuracy), "by_cue": accuracy, "majority": majority, "n": n}

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.confusion.reset()

    def _logits(self, batch: Batch) -> dict[str, Tensor]:
        assert self.model.prosody is not None
        return self.model.prosody(*self.model.frames(batch.waves))
