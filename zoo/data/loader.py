"""Batches of utterances: measured once, read lazily, in an order that a resumed run takes up where it stopped."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

import lightning as L
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from zoo.acoustics.levels import Thresholds
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.sections import Data
from zoo.data.corpus import Corpus, refuse_shared_speakers
from zoo.data.enrolled import enrolled, with_habits
from zoo.data.lesson import AsDrawn, Lesson, LessonBatch, read_lessons
from zoo.data.measured import measured
from zoo.data.mix import members
from zoo.data.order import Order, WithSpare
from zoo.data.share import share_of
from zoo.data.utterance import Utterance
from zoo.data.voices import further_voices

TEST_BATCH = 8  # utterances that an evaluation answers together


@dataclass
class Batch:
    """Utterances, the option list of each, and their waves [N] at 16 kHz."""

    utterances: list[Utterance]
    emotions: list[tuple[str, ...]]
    waves: list[Tensor]

    @property
    def enrolled(self) -> list[tuple[Path, ...]]:
        """Clips of each utterance's speaker, for a model with an enrolment."""
        return [utterance.enrolled for utterance in self.utterances]

    def pin_memory(self) -> "Batch":
        """With its waves where a GPU fetches them while it computes; the data loader asks for it."""
        return Batch(self.utterances, self.emotions, [wave.pin_memory() for wave in self.waves])

    def rows(self, places: Sequence[int]) -> "Batch":
        """The utterances at some places."""
        utterances, emotions = [self.utterances[i] for i in places], [self.emotions[i] for i in places]
        return Batch(utterances, emotions, [self.waves[i] for i in places])


@dataclass(frozen=True)
class Reader:
    """Reads the audio of utterances; it alone goes to the worker processes, and no model with it."""

    emotions: dict[str, tuple[str, ...]]

    def __call__(self, utterances: Sequence[Utterance]) -> Batch:
        """A batch of utterances."""
        waves = [torch.from_numpy(read_wave(utterance.audio_path).samples) for utterance in utterances]
        return Batch(list(utterances), [self.emotions[utterance.dataset] for utterance in utterances], waves)


class Lessons(Protocol):
    """What a stage trains on that turns utterances into lessons of its own."""

    def order(self, steps: int, rank: int, ranks: int, start: int) -> Sampler[list[Lesson]]:
        """The lessons of every step from `start` on; they follow from the seed and the step alone."""
        ...


class SpeechData(L.LightningDataModule):
    """A corpus as a Lightning data module, with the cues of every utterance measured and labelled.

    `known` are thresholds by data set that a checkpoint was trained with; a data set without any is calibrated on
    its own training speakers. `rejected` lists the files left out, with the reason.
    """

    def __init__(
        self,
        corpus: Corpus,
        settings: Data,
        *,
        steps: int,
        seed: int,
        known: dict[str, Thresholds] | None = None,
        clips: int = 0,
        habit: bool = False,
    ) -> None:
        super().__init__()
        self.corpus, self.settings, self.steps, self.seed = corpus, settings, steps, seed
        self.lessons: Lessons | None = None  # of a stage that does not train on utterances as they stand
        self.clips = clips  # of the same speaker, for a model that is told how a speaker sounds
        self.habit = habit  # whether cues are measured against these clips too
        self.repeat = 1  # steps that a batch serves: a policy's rollout may be used for several updates
        self.spare = 0  # times utterances_per_step that a batch holds beyond its own, to take the place of some
        self.thresholds = dict(known or {})
        self.emotions: dict[str, tuple[str, ...]] = {}
        self.rejected: list[tuple[Path, str]] = []
        self.digests: dict[str, str] = {}  # of what is trained on and of what is held out
        self.train_utterances: list[Utterance] = []
        self.test_utterances: list[Utterance] = []

    def setup(self, stage: str | None = None) -> None:
        """Measure the corpus (from the cache where it was measured before) and label its cues."""
        if self.train_utterances:
            return
        contents = {"train": hashlib.sha256(), "test": hashlib.sha256()}
        for corpus in members(self.corpus):
            train, test = corpus.train(), some(corpus.test(), self.settings.test_utterances)
            if not corpus.shares_speakers:
                refuse_shared_speakers(corpus.split_id, train, test)
            train = share_of(train, self.settings.speakers)
            sides = [("train", train, self.train_utterances), ("test", test, self.test_utterances)]
            if voices := further_voices(train, self.settings.voices):
                sides.append(("train", voices, self.train_utterances))  # last: thresholds are of the corpus itself
            for side, utterances, kept in sides:
                known = self.thresholds.get(corpus.name)
                found = measured(utterances, known, rejected_share=self.settings.rejected_share)
                self.thresholds.setdefault(corpus.name, found.thresholds)
                self.emotions[corpus.name] = corpus.emotions
                self.rejected += found.rejected
                told = enrolled(found.utterances, self.clips)
                kept += with_habits(told, found.measures) if self.habit else told
                for utterance, content in zip(found.utterances, found.digests, strict=True):
                    contents[side].update(
                        f"{utterance.dataset} {utterance.speaker} {utterance.emotion} {content}\n".encode()
                    )
        self.digests = {side: content.hexdigest() for side, content in contents.items()}
        if not self.train_utterances:
            raise ZooError(f"{self.corpus.split_id} has no training utterances")

    def write_rejected(self, path: Path) -> None:
        """List the files left out, with the reason, as JSON lines."""
        rows = [json.dumps({"audio_path": str(audio), "reason": reason}) for audio, reason in self.rejected]
        path.write_text("".join(row + "\n" for row in rows), encoding="utf-8")

    def train_dataloader(self) -> DataLoader[Any]:
        """Training batches, from the trainer's step on."""
        trainer = self.trainer
        (rank, ranks), step = self._share(), trainer.global_step if trainer else 0
        if self.lessons is not None:
            batches = self.lessons.order(self.steps, rank, ranks, step)
            return DataLoader(AsDrawn(), batch_sampler=batches, collate_fn=read_lessons, **self._reading())
        count, per_step = len(self.train_utterances), self.settings.utterances_per_step
        order = Order(count, per_step, self.steps, self.seed, rank, ranks, self.repeat)
        order.start = step
        whole = WithSpare(order, self.spare) if self.spare else order
        return self._loader(self.train_utterances, batch_sampler=whole)

    def test_dataloader(self) -> DataLoader[Batch]:
        """Held-out speakers, each utterance once; every rank takes its share."""
        rank, ranks = self._share()
        mine = self.test_utterances[rank::ranks]
        return self._loader(mine, batch_size=TEST_BATCH)

    def keep_shard(self, which: int, many: int) -> None:
        """Evaluate every `many`-th batch alone, from the `which`-th: the batches are those of a whole evaluation.

        Raises:
            ZooError: there are fewer batches than shards.
        """
        batches = -(-len(self.test_utterances) // TEST_BATCH)
        if many > batches:
            raise ZooError(
                f"{batches} batches of {TEST_BATCH} cannot be shared by {many}; give at most {batches} shards"
            )
        rows = enumerate(self.test_utterances)
        self.test_utterances = [row for place, row in rows if place // TEST_BATCH % many == which - 1]

    def _share(self) -> tuple[int, int]:
        """Which of how many shares of the utterances is this rank's; ranks with one model together have one share."""
        told = getattr(self.trainer.strategy, "distributed_sampler_kwargs", None) if self.trainer else None
        return (told["rank"], told["num_replicas"]) if told else (0, 1)

    def _loader(self, utterances: Sequence[Utterance], **options: Any) -> DataLoader[Batch]:
        rows: Any = list(utterances)
        return DataLoader(rows, collate_fn=Reader(self.emotions), **self._reading(), **options)

    def _reading(self) -> dict[str, Any]:
        """How the data loader reads: here, or ahead of the step in other processes."""
        workers = self.settings.workers
        return {
            "num_workers": workers,
            "persistent_workers": workers > 0,
            "prefetch_factor": self.settings.prefetch if workers else None,
            "pin_memory": torch.cuda.is_available(),
            "multiprocessing_context": "spawn" if workers else None,
        }

    def transfer_batch_to_device(
        self, batch: Batch | LessonBatch, device: torch.device, dataloader_idx: int
    ) -> Batch | LessonBatch:
        """Move the waves; the rest of a batch is words."""
        waves = [wave.to(device, non_blocking=True) for wave in batch.waves]
        return replace(batch, waves=waves)


def some(utterances: Sequence[Utterance], count: int | None) -> list[Utterance]:
    """`count` utterances of a list in its order, always the same ones, or all of them."""
    if count is None or count >= len(utterances):
        return list(utterances)
    return [utterances[i] for i in sorted(Random(0).sample(range(len(utterances)), count))]
