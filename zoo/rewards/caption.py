"""The caption reward: how near a caption lies to its reference, in meaning and in emotion (MECap-R1, arXiv 2509.18729).

An approximation of its Emo-GRPO. Known to us, from summaries of the paper: sentences are embedded by Sentence-BERT, and
the reward is a cosine similarity in a space of emotion coordinates. Ours, since we do not know the paper's: the axes
are the nine emotions of the zoo in all their word forms, a text's coordinates are its cosines with them, less their
mean; meaning counts beside emotion by `emotion_share`; negative similarity earns 0.
"""

from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import embedders, rewards
from zoo.rewards.embedder import Embedder
from zoo.rewards.reward import Group, JudgeFailed, Reward
from zoo.text.emotions import FORMS, NINE

EVEN = 1e-6  # coordinates shorter than this name no emotion more than another


@rewards.offer("caption")
class Caption(Reward):
    """Similarity of a caption to the utterance's own, by an embedder: its name, or a mapping {name: ..., options}."""

    def __init__(
        self,
        weight: float = 1.0,
        embedder: Embedder | str | dict[str, Any] = "bag-of-words",
        emotion_share: float = 0.5,
    ) -> None:
        if not 0.0 <= emotion_share <= 1.0:
            raise ZooError(f"caption.emotion_share is {emotion_share}; a share lies within [0, 1]")
        self.weight, self.emotion_share = weight, emotion_share
        self.embedder_name = embedder["name"] if isinstance(embedder, dict) else embedder
        if isinstance(embedder, Embedder):
            self.embedder = embedder
        else:
            options = {} if isinstance(embedder, str) else {k: v for k, v in embedder.items() if k != "name"}
            self.embedder = embedders.build(str(self.embedder_name), options)

    def score(self, group: Group) -> Tensor:
        """Return [G] in [0, 1]; NaN for answers without the form. Raises `JudgeFailed` where there is no reference."""
        reference = group.utterance.reasoning
        if not reference:
            raise JudgeFailed(f"{group.utterance.key}: there is no caption to compare with")
        said = [None if answer.trace is None else answer.trace.think for answer in group.answers]
        first, *rest = self.embedder.embed([reference, *(text or "" for text in said)])
        others = torch.stack(rest)  # [G, D]
        near = self.emotion_share * self.in_emotion(first, others) + (1 - self.emotion_share) * (others @ first)
        formless = torch.tensor([text is None for text in said])
        return near.clamp(0.0, 1.0).masked_fill(formless, float("nan"))

    def in_emotion(self, reference: Tensor, others: Tensor) -> Tensor:
        """Return [G] cosines of a reference [D] with captions [G, D] in the emotions' coordinates.

        Where the reference names no emotion more than another there is nothing to agree with, and their likeness as
        sentences stands for it.
        """
        ours, theirs = (self._coordinates(vectors) for vectors in (reference[None], others))
        if float(ours.norm()) < EVEN:
            return others @ reference
        return torch.nn.functional.cosine_similarity(ours, theirs, dim=1)

    def _coordinates(self, vectors: Tensor) -> Tensor:
        """[N, D] to [N, 9]: what all texts have in common with all emotions is left out."""
        cosines = vectors @ self._axes.T
        return cosines - cosines.mean(1, keepdim=True)

    @cached_property
    def _axes(self) -> Tensor:
        return self.embedder.embed([", ".join((emotion, *FORMS.get(emotion, ()))) for emotion in NINE])

    def card(self) -> dict[str, Any]:
        """What a checkpoint's card says of it."""
        known = self.embedder_name if isinstance(self.embedder_name, str) else type(self.embedder).__name__
        return {**super().card(), "embedder": known, "emotion_share": self.emotion_share, "approximates": "2509.18729"}
