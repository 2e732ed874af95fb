"""`prosody-perception`: multiple-choice questions about pitch, speed, energy, intonation and stress of held-out voices.

The test of arXiv 2601.15668. Questions follow from the utterances alone: every checkpoint gets the same ones.
"""

from pathlib import Path
from random import Random
from typing import Any

from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import stages, tasks
from zoo.data.lesson import Lesson
from zoo.data.loader import Batch, SpeechData
from zoo.data.stressed import stressed
from zoo.data.utterance import Utterance
from zoo.models.rollout import sample
from zoo.models.speech_lm import Heard, SpeechLM
from zoo.stages.answering import Answering
from zoo.stages.perception_score import PerceptionScore
from zoo.stages.stage import Context
from zoo.text.choice import chosen
from zoo.text.prompt import TASK_SYSTEM, turn_ids

ASKED: dict[str, dict[str, Any]] = {"attributes": {}, "stress": {"open_share": 0.0, "needs_rival": True}}
SHARED = ("speaker", "sentence")  # what training and test may have in common; speakers never


class Perception:
    """The questions about a corpus's held-out utterances, and the count of what a model answers."""

    def __init__(self, model: SpeechLM, max_new_tokens: int) -> None:
        self.model, self.max_new_tokens = model, max_new_tokens
        self.score = PerceptionScore()
        self.tasks = [tasks.build(name, options) for name, options in ASKED.items()]
        self.questions: dict[Path, list[Lesson]] = {}
        self.split: dict[str, Any] = {}

    def prepare(self, data: SpeechData) -> None:
        """Put the questions about the held-out utterances, and see what these share with those that are trained on."""
        train, test = data.train_utterances, stressed(data.test_utterances)
        self.questions = self._put(test)
        shared = {name: {getattr(u, name) for u in train} & {getattr(u, name) for u in test} for name in SHARED}
        if shared["speaker"]:
            raise ZooError(
                f"{data.corpus.split_id}: {len(shared['speaker'])} speakers are in both training and test "
                f"({sorted(shared['speaker'])[0]} first); perception is tested on other speakers, split by speaker"
            )
        self.split = {
            "split": data.corpus.split_id,
            "test_speakers": len({u.speaker for u in test}),
            "speakers_in_both": 0,
            "test_sentences": len({u.sentence for u in test}),
            "sentences_in_both": len(shared["sentence"] - {None}),
        }

    def _put(self, utterances: list[Utterance]) -> dict[Path, list[Lesson]]:
        """One question for each cue of an utterance that is known, always the same, by file."""
        put: dict[Path, list[Lesson]] = {}
        for task in self.tasks:
            for subject in task.subjects(utterances):
                random = Random(f"perception {subject.utterance.key} {subject.cue}")
                put.setdefault(subject.utterance.audio_path, []).append(task.lesson(subject, random))
        return put

    def ask(self, batch: Batch) -> None:
        """Let the model answer every question about a batch greedily, each utterance heard once, and count."""
        asked = [
            (row, lesson)
            for row, utterance in enumerate(batch.utterances)
            for lesson in self.questions.get(utterance.audio_path, ())
        ]
        if not asked:
            return
        heard = self.model.listen(batch.waves, batch.enrolled)
        backbone = self.model.backbone
        rows = [row for row, _ in asked]
        each = Heard(heard.frames[rows], heard.mask[rows], heard.tokens[rows], heard.token_mask[rows])
        around = [
            turn_ids(backbone.tokenizer, TASK_SYSTEM, str(lesson.question), backbone.around_audio)
            for _, lesson in asked
        ]
        with backbone.merged():
            prompted = self.model.splice(each, around)
            rollout = sample(backbone, prompted, max_new_tokens=self.max_new_tokens, temperature=0.0)
        for text, (_, lesson) in zip(rollout.texts(backbone), asked, strict=True):
            said = chosen(text, lesson.options)
            self.score.update(lesson.cue, lesson.options, lesson.answer, said, lesson.utterance.dataset)

    def results(self) -> dict[str, Any]:
        """The figures, and the split they are of."""
        return {**self.score.results(), **self.split}


@stages.offer("prosody-perception", parts=("encoder", "adapter", "backbone"), test=True)
class PerceptionStage(Answering):
    """A test and no training: pitch, speed, energy, intonation and stress as multiple-choice questions."""

    def __init__(self, max_new_tokens: int = 96, *, context: Context) -> None:
        """Set up; `max_new_tokens` leaves room for a model that reasons before it answers."""
        super().__init__(context, max_new_tokens)
        self.perception = Perception(self.model, max_new_tokens)

    def prepare(self, data: SpeechData) -> None:
        """See `Perception.prepare`."""
        self.perception.prepare(data)

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """There is none; a `ZooError` says so."""
        raise ZooError("prosody-perception is a test: run python -m zoo.evaluate CHECKPOINT --on prosody-perception")

    def test_step(self, batch: Batch, index: int) -> None:
        """Ask about a batch."""
        self.perception.ask(batch)

    def results(self) -> dict[str, Any]:
        """The figures of the last evaluation."""
        return self.perception.results()

    def counted(self) -> dict[str, list[Any]]:
        """See `Stage.counted`."""
        return {"asked": self.perception.score.rows}

    def on_test_epoch_start(self) -> None:
        """Count from zero."""
        self.perception.score.reset()

    def on_test_epoch_end(self) -> None:
        """The figures are printed and not logged: this stage has no run."""
