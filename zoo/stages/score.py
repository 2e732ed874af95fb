"""Accuracy and unweighted average recall over the emotions of one corpus or several, from one confusion matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn
from torchmetrics.classification import MulticlassConfusionMatrix

from zoo.data.utterance import Utterance


@dataclass(frozen=True)
class Told:
    """What was answered about one utterance; several figures of it, such as intervals by speaker, need this."""

    key: str
    dataset: str
    speaker: str
    emotion: str
    answer: str
    votes: Sequence[str] = field(default=(), kw_only=True)  # each annotator's word
    scores: Mapping[str, float | None] = field(default_factory=dict, kw_only=True)  # of its reasoning, each in [0, 1]


class EmotionScore(nn.Module):
    """Counts (data set, emotion) against the answer. An answer outside the options is wrong, and has its own column."""

    def __init__(self, emotions: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        names = [(corpus, emotion) for corpus, words in sorted(emotions.items()) for emotion in words]
        self.index = {name: i for i, name in enumerate(names)}
        self.confusion = MulticlassConfusionMatrix(len(names) + 1)
        self.rows: list[Told] = []  # of this rank

    def told(self, utterance: Utterance, answer: str, scores: Mapping[str, float | None] | None = None) -> None:
        """Count one answer about an utterance, and keep it, with what its reasoning was found worth."""
        emotion = utterance.emotion or ""
        self.update(utterance.dataset, emotion, answer)
        row = Told(utterance.key, utterance.dataset, utterance.speaker, emotion, answer, votes=utterance.votes)
        self.rows.append(replace(row, scores=scores or {}))

    def update(self, dataset: str, emotion: str, answer: str) -> None:
        """Count one answer."""
        given = self.index.get((dataset, answer), len(self.index))
        device = self.confusion.device
        self.confusion.update(
            torch.tensor([given], device=device), torch.tensor([self.index[dataset, emotion]], device=device)
        )

    def reset(self) -> None:
        """Count from zero."""
        self.confusion.reset()
        self.rows = []

    def results(self) -> dict[str, Any]:
        """accuracy (WA), uar (mean recall of the emotions seen), n, recall by emotion, answers outside the options."""
        matrix = self.confusion.compute().double()
        seen = matrix.sum(1)
        recall = matrix.diagonal() / seen.clamp(min=1)
        return {
            "accuracy": float(matrix.diagonal().sum() / seen.sum().clamp(min=1)),
            "uar": float(recall[seen > 0].mean()),
            "n": int(seen.sum()),
            "recall": {f"{c}: {e}": float(recall[i]) for (c, e), i in self.index.items() if seen[i] > 0},
            "outside_options": int(matrix[:, -1].sum()),
        }
