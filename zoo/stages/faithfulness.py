"""`faithfulness`: are a model's explanations about the signal? The answers that this is counted from.

Every held-out utterance is answered as it is, as silence of the same length (every model of the zoo can hear that; a
length is all it tells), and as the vocoder gives it back unchanged; then with pitch, speed, energy and stress edited.
It is also answered twice by sampling: what moves between these is noise. `zoo.report.faithfulness` counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.registry import stages
from zoo.data.loader import TEST_BATCH, Batch, SpeechData
from zoo.data.stressed import stressed
from zoo.data.utterance import Utterance
from zoo.models.rollout import sample
from zoo.stages.edited_versions import edited_versions, spread
from zoo.stages.ranks import of_all_ranks
from zoo.stages.score import Told
from zoo.stages.stage import Context, Stage
from zoo.tasks.edits import STRESS, Made
from zoo.text.answer_form import answer_form
from zoo.text.prompt import FORM
from zoo.text.trace import Trace

ORIGINAL, SILENCE, SAMPLES = "original", "silence", ("sample 1", "sample 2")


@dataclass(frozen=True)
class Traced(Told):
    """All answers about one utterance, by version; its cues, and the edited versions', as measured."""

    sentence: str | None
    texts: dict[str, str]
    cues: dict[str, dict[str, Any]]
    word: str | None  # that was given the stress
    refused: dict[str, str]  # versions that could not be made, and why
    form: str = FORM  # the answer form of the texts

    def trace(self, version: str) -> Trace | None:
        """What was said of a version; None where there is no such version, or its answer has no form."""
        return answer_form(self.form).parse(self.texts.get(version, ""))


@stages.offer("faithfulness", parts=("encoder", "adapter", "backbone"), test=True)
class Faithfulness(Stage):
    """A test and no training: grounding of the claims, and what edits of the audio do to them."""

    def __init__(
        self, max_new_tokens: int = 256, temperature: float = 0.8, edited: int = 64, *, context: Context
    ) -> None:
        """Set up.

        Args:
            max_new_tokens: room for a trace.
            temperature: of the two answers that tell how much moves by sampling alone.
            edited: of how many utterances versions are made, spread over speakers and emotions; 0.6 s of a core each.
        """
        super().__init__(context)
        self.max_new_tokens, self.temperature, self.edited = max_new_tokens, temperature, edited
        self.made: dict[Path, dict[str, Made | str]] = {}
        self.found: dict[Path, dict[str, Utterance]] = {}
        self.rows: list[Traced] = []

    def prepare(self, data: SpeechData) -> None:
        """Make the versions, and measure them by the corpus's own thresholds."""
        data.test_utterances = stressed(data.test_utterances)
        self.made, self.found = edited_versions(spread(data.test_utterances, self.edited), data.thresholds)

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """There is none; a `ZooError` says so."""
        raise ZooError("faithfulness is a test: run python -m zoo.evaluate CHECKPOINT --on faithfulness")

    def test_step(self, batch: Batch, index: int) -> None:
        """Answer every version of a batch."""
        asked: list[tuple[int, str, Tensor]] = []
        for row, (utterance, wave) in enumerate(zip(batch.utterances, batch.waves, strict=True)):
            asked += [(row, ORIGINAL, wave), (row, SILENCE, torch.zeros_like(wave))]
            for name, version in self.found.get(utterance.audio_path, {}).items():
                asked.append((row, name, torch.from_numpy(read_wave(version.audio_path).samples).to(wave.device)))
        texts: list[dict[str, str]] = [{} for _ in batch.utterances]
        for at in range(0, len(asked), TEST_BATCH):
            some = asked[at : at + TEST_BATCH]
            answers = self._answer(batch, [row for row, *_ in some], [wave for *_, wave in some])
            for (row, name, _), text in zip(some, answers, strict=True):
                texts[row][name] = text
        rows = list(range(len(batch.waves)))
        twice = self._answer(batch, rows, batch.waves, len(SAMPLES), self.generator(_stream(batch)))
        for row in rows:
            texts[row] |= dict(zip(SAMPLES, twice[row * len(SAMPLES) :], strict=False))
        self.rows += [self._traced(u, said) for u, said in zip(batch.utterances, texts, strict=True)]

    def _answer(
        self,
        batch: Batch,
        rows: Sequence[int],
        waves: Sequence[Tensor],
        group_size: int = 1,
        generator: torch.Generator | None = None,
    ) -> list[str]:
        """Answers to waves that stand for the utterances at `rows`: greedy ones, or sampled by a generator."""
        heard = self.model.listen(waves, [batch.enrolled[row] for row in rows])
        prompted = self.model.prompt(heard, [batch.emotions[row] for row in rows])
        heat = self.temperature if generator is not None else 0.0
        backbone = self.model.backbone
        with backbone.merged():
            rollout = sample(
                backbone,
                prompted,
                group_size,
                max_new_tokens=self.max_new_tokens,
                temperature=heat,
                generator=generator,
            )
        return rollout.texts(backbone)

    def _traced(self, u: Utterance, texts: dict[str, str]) -> Traced:
        trace = self.model.form.parse(texts[ORIGINAL])
        made = self.made.get(u.audio_path, {})
        stress = made.get(STRESS)
        versions = {ORIGINAL: u, **self.found.get(u.audio_path, {})}
        return Traced(
            u.key,
            u.dataset,
            u.speaker,
            u.emotion or "",
            " ".join(trace.answer.lower().split()) if trace else "",
            u.sentence,
            texts,
            {name: version.cues.to_dict() for name, version in versions.items() if version.cues},
            stress.word if isinstance(stress, Made) else None,
            {name: one for name, one in made.items() if isinstance(one, str)},
            self.model.knowledge.prompt.form,
        )

    def results(self) -> dict[str, Any]:
        """What was asked, and how; the figures are counted from what was told, by `zoo.report.faithfulness`."""
        rows = of_all_ranks(self.rows)
        return {
            "n": len(rows),
            "edited": sum(len(row.cues) > 1 for row in rows),
            "seed": self.context.seed,
            "temperature": self.temperature,
            "without_audio": "silence of the same length",
        }

    def told(self) -> list[Told]:
        """Every utterance with all its answers."""
        return [*of_all_ranks(self.rows)]

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        return {"traced": self.rows}

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.rows.clear()


def _stream(batch: Batch) -> int:
    """The purpose of a batch's random numbers: its own, in whatever part of an evaluation it is asked."""
    return int(sha256(batch.utterances[0].key.encode()).hexdigest()[:12], 16)
