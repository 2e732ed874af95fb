"""Training an audio encoder to tell emotions, with a small head on its pooled frames that is thrown away afterwards.

wave 16 kHz -> frames 50/s [B, T, D] -> mean and deviation over time [B, 2D] -> emotion of the utterance's own corpus

With a prosody head that tells affect, the small head reads that vector, and the encoder may stay frozen. The same
reading is asked for the voice's gender where `gender_loss` says so: a trace opens with it.
"""

from math import isnan
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torchmetrics import MeanMetric

from zoo.core.pooling import statistics
from zoo.core.registry import stages
from zoo.data.loader import Batch
from zoo.stages.prosody import cue_loss
from zoo.stages.ranks import of_all_ranks
from zoo.stages.score import EmotionScore, Told
from zoo.stages.stage import Context, Stage
from zoo.text.writer import GENDERS

UNKNOWN = -1  # the class of a gender that no corpus tells


@stages.offer("encoder", parts=("encoder",))
class EncoderStage(Stage):
    """Learn emotions, and the cues too where the recipe has a prosody head, so that frames keep telling of both."""

    def __init__(
        self, dropout: float = 0.2, cue_loss: float = 0.5, gender_loss: float = 0.0, *, context: Context
    ) -> None:
        """Set up.

        Args:
            dropout: on what emotion and gender are read from.
            cue_loss: weight of the prosody head's loss.
            gender_loss: weight of the loss of the speaker's gender, where a corpus tells it; 0 leaves it out.
            context: see `Stage`.
        """
        super().__init__(context)
        emotions = self.model.knowledge.emotions
        self.names = [(corpus, emotion) for corpus, words in sorted(emotions.items()) for emotion in words]
        self.cue_loss, self.gender_loss = cue_loss, gender_loss
        self.score = EmotionScore(emotions)
        affect = None if self.model.prosody is None else self.model.prosody.affect
        width = 2 * self.model.encoder.dim if affect is None else affect.dim
        asked = {"emotion": len(self.names)} | ({"gender": len(GENDERS)} if gender_loss else {})
        for name, classes in asked.items():
            self.heads[name] = nn.Sequential(nn.LayerNorm(width), nn.Dropout(dropout), nn.Linear(width, classes))
        self.gender = MeanMetric(nan_strategy="ignore")

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Cross-entropy of the emotion, of the gender and of the cues."""
        frames, mask = self.model.frames(batch.waves)
        whole = self._voice(frames, mask, batch)
        wanted = [self.names.index((u.dataset, u.emotion or "")) for u in batch.utterances]
        loss = cross_entropy(self._emotions(whole, batch), torch.tensor(wanted, device=self.device))
        figures = {"loss": loss}
        if self.gender_loss:
            figures["gender_loss"] = gender = self._gender_loss(whole, batch)
            loss = loss + self.gender_loss * gender
        if self.model.prosody is not None and self.cue_loss:
            figures["cue_loss"] = cues = cue_loss(self.model.prosody(frames, mask), batch.utterances)
            loss = loss + self.cue_loss * cues
        self.report(figures, len(batch.waves), shown=tuple(figures))
        return loss

    def test_step(self, batch: Batch, index: int) -> None:
        """Count the emotions and genders that were told right."""
        frames, mask = self.model.frames(batch.waves)
        whole = self._voice(frames, mask, batch)
        told = self._emotions(whole, batch).argmax(-1).tolist()
        for utterance, choice in zip(batch.utterances, told, strict=True):
            self.score.told(utterance, self.names[choice][1])
        if self.gender_loss:
            known = self._genders(batch)
            right = self.heads["gender"](whole).argmax(-1) == known
            self.gender.update(right[known != UNKNOWN].float())

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation: of emotions, and the share of genders told right if that is learnt."""
        gender = float(self.gender.compute()) if self.gender_loss else float("nan")
        return self.score.results() | ({} if isnan(gender) else {"gender": gender})

    def told(self) -> list[Told]:
        """See `Stage.told`."""
        return of_all_ranks(self.score.rows)

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        return {"told": self.score.rows}

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.score.reset()
        self.gender.reset()

    def _voice(self, frames: Tensor, mask: Tensor, batch: Batch) -> Tensor:
        """What tells an utterance as a whole, [B, W]: affect, or mean and deviation of the frames."""
        told = self.model.relative(frames, mask, batch.enrolled)
        affect = None if self.model.prosody is None else self.model.prosody.affect
        return torch.cat(statistics(told, mask), -1) if affect is None else affect(told, mask)

    def _emotions(self, whole: Tensor, batch: Batch) -> Tensor:
        """Emotion logits [B, C], -inf outside the utterance's own option list."""
        logits = self.heads["emotion"](whole)  # [B, C]
        own = [[name[0] == utterance.dataset for name in self.names] for utterance in batch.utterances]
        return logits.float().masked_fill(~torch.tensor(own, device=logits.device), -torch.inf)

    def _genders(self, batch: Batch) -> Tensor:
        """Each speaker's gender as a class, [B]; `UNKNOWN` where the corpus does not tell it."""
        classes = {gender: at for at, gender in enumerate(GENDERS)}
        return torch.tensor([classes.get(u.gender or "", UNKNOWN) for u in batch.utterances], device=self.device)

    def _gender_loss(self, whole: Tensor, batch: Batch) -> Tensor:
        """The mean cross-entropy over the utterances whose gender is known; 0, with a gradient, if there are none."""
        known = self._genders(batch)
        total = cross_entropy(self.heads["gender"](whole).float(), known, ignore_index=UNKNOWN, reduction="sum")
        return total / (known != UNKNOWN).sum().clamp(min=1)
