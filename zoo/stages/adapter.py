"""Supervised fine-tuning: the adapter, and as much of the model as the recipe leaves unfrozen, learns to answer.

The cold start of EmotionThinker-Base (arXiv 2601.15668): wave -> audio tokens -> a written trace and its emotion.
The loss is on the answer alone.
"""

from random import Random

from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import stages
from zoo.data.loader import Batch, SpeechData
from zoo.data.utterance import Utterance
from zoo.models.likelihood import likelihood
from zoo.models.padding import padded
from zoo.stages.answering import Answering
from zoo.stages.hiding import hidden, refuse_to_hide_all
from zoo.stages.prosody import cue_loss
from zoo.stages.ranks import weights
from zoo.stages.stage import Context
from zoo.text.trace import Trace
from zoo.text.writer import write


@stages.offer("sft", parts=("encoder", "adapter", "backbone"))
class SupervisedStage(Answering):
    """Learn to write traces and answers, from traces written offline about measured cues."""

    def __init__(
        self,
        style: str = "short",
        max_new_tokens: int = 160,
        cue_loss: float = 0.5,
        hide: float = 0.0,
        *,
        context: Context,
    ) -> None:
        """Set up.

        Args:
            style: how long the traces are, "short" or "long" (`zoo.text.writer`).
            max_new_tokens: the longest answer in evaluation.
            cue_loss: weight of the prosody head's own loss, where there is a head that is trained.
            hide: how often an utterance's frames are hidden (`zoo.stages.hiding`).
            context: what the rest of the recipe says.
        """
        super().__init__(context, max_new_tokens)
        refuse_to_hide_all(hide, self.model, "stage.hide")
        self.style, self.cue_loss, self.hide = style, cue_loss, hide

    def prepare(self, data: SpeechData) -> None:
        """Train on what can be written in the model's answer form.

        Raises:
            ZooError: the form tells the words, and those of no training utterance are known.
        """
        super().prepare(data)
        if self.model.form.has_transcript:
            data.train_utterances = [u for u in data.train_utterances if u.transcription]
        if not data.train_utterances:
            raise ZooError(
                f"form {self.model.knowledge.prompt.form} tells the words, and {data.corpus.split_id} has none to "
                "learn from; give transcriptions, or another form"
            )

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Hear, prompt, score the written answers."""
        keys = [utterance.key for utterance in batch.utterances]
        hides = hidden([self.hide] * len(keys), keys, self.context.seed, self.global_step)
        heard = self.model.listen(batch.waves, batch.enrolled, hides)
        prompted = self.model.prompt(heard, batch.emotions)
        ids, mask = self.answers(batch.utterances)
        scored = likelihood(self.model.backbone, prompted, ids, mask)
        tokens = mask.sum()
        loss = -scored.log_probs.sum() / tokens * weights(tokens[None])[0]
        figures = {"loss": loss}
        if self.cue_loss and self.model.prosody is not None:
            figures["cue_loss"] = cues = cue_loss(self.model.prosody(heard.frames, heard.mask), batch.utterances)
            loss = loss + self.cue_loss * cues
        self.report(figures, len(batch.waves), shown=tuple(figures))
        return loss

    def answers(self, utterances: list[Utterance]) -> tuple[Tensor, Tensor]:
        """Written answers as ids [B, L], each closed by the end token, and their mask [B, L]."""
        tokenizer = self.model.backbone.tokenizer
        rows = []
        for utterance in utterances:
            random = Random(f"{self.context.seed} {self.global_step} {utterance.key}")
            assert utterance.cues is not None
            assert utterance.emotion is not None
            think = self._reference(utterance) or write(
                utterance.cues,
                utterance.emotion,
                random,
                gender=utterance.gender,
                transcription=utterance.transcription,
                style=self.style,
                language=utterance.language,
            )
            text = self.model.form.render(Trace(think, utterance.emotion, utterance.transcription))
            rows.append([*tokenizer.encode(text, add_special_tokens=False), self.model.backbone.end_id])
        return padded(rows, self.model.backbone.pad_id, self.device)

    def _reference(self, utterance: Utterance) -> str | None:
        """What an answer in this form is compared with, and so learns from; None where every step writes its own."""
        return utterance.reasoning if self.model.form.reference_style else None
