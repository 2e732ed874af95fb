"""Training an audio encoder to tell emotions, with a small head on its pooled frames that is thrown away afterwards.

wave 16 kHz -> frames 50/s [B, T, D] -> mean and deviation over time [B, 2D] -> emotion of the utterance's own corpus

With a prosody head that tells affect, the small head reads that vector, and the encoder may stay frozen.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from zoo.core.pooling import statistics
from zoo.core.registry import stages
from zoo.data.loader import Batch
from zoo.stages.prosody import cue_loss
from zoo.stages.ranks import of_all_ranks
from zoo.stages.score import EmotionScore, Told
from zoo.stages.stage import Context, Stage


@stages.offer("encoder", parts=("encoder",))
class EncoderStage(Stage):
    """Learn emotions, and the cues too where the recipe has a prosody head, so that frames keep telling of both."""

    def __init__(self, dropout: float = 0.2, cue_loss: float = 0.5, *, context: Context) -> None:
        """Set up; `dropout` is on what the emotion is read from, `cue_loss` the weight of the prosody head's loss."""
        super().__init__(context)
        emotions = self.model.knowledge.emotions
        self.names = [(corpus, emotion) for corpus, words in sorted(emotions.items()) for emotion in words]
        self.cue_loss = cue_loss
        self.score = EmotionScore(emotions)
        affect = None if self.model.prosody is None else self.model.prosody.affect
        width = 2 * self.model.encoder.dim if affect is None else affect.dim
        self.heads["emotion"] = nn.Sequential(
            nn.LayerNorm(width), nn.Dropout(dropout), nn.Linear(width, len(self.names))
        )

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Cross-entropy of the emotion, and of the cues."""
        frames, mask = self.model.frames(batch.waves)
        wanted = [self.names.index((u.dataset, u.emotion or "")) for u in batch.utterances]
        loss = cross_entropy(self._logits(frames, mask, batch), torch.tensor(wanted, device=self.device))
        figures = {"loss": loss}
        if self.model.prosody is not None and self.cue_loss:
            figures["cue_loss"] = cues = cue_loss(self.model.prosody(frames, mask), batch.utterances)
            loss = loss + self.cue_loss * cues
        self.report(figures, len(batch.waves), shown=tuple(figures))
        return loss

    def test_step(self, batch: Batch, index: int) -> None:
        """Count the emotions that were told right."""
        frames, mask = self.model.frames(batch.waves)
        told = self._logits(frames, mask, batch).argmax(-1).tolist()
        for utterance, choice in zip(batch.utterances, told, strict=True):
            self.score.told(utterance, self.names[choice][1])

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation."""
        return self.score.results()

    def told(self) -> list[Told]:
        """See `Stage.told`."""
        return of_all_ranks(self.score.rows)

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        return {"told": self.score.rows}

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.score.reset()

    def _logits(self, frames: Tensor, mask: Tensor, batch: Batch) -> Tensor:
        """Emotion logits [B, C], -inf outside the utterance's own option list."""
        told = self.model.relative(frames, mask, batch.enrolled)
        affect = None if self.model.prosody is None else self.model.prosody.affect
        whole = torch.cat(statistics(told, mask), -1) if affect is None else affect(told, mask)
        logits = self.heads["emotion"](whole)  # [B, C]
        own = [[name[0] == utterance.dataset for name in self.names] for utterance in batch.utterances]
        return logits.float().masked_fill(~torch.tensor(own, device=logits.device), -torch.inf)
