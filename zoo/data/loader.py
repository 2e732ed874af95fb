"""Batches of utterances: measured once, read lazily, in an order that a resumed run takes up where it stopped."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import lightning as L
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from zoo.acoustics.levels import Thresholds
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.recipe import Data
from zoo.data.corpus import Corpus, refuse_shared_speakers
from zoo.data.measured import measured
from zoo.data.mix import members
from zoo.data.utterance import Utterance


@dataclass
class Batch:
    """Utterances, the option list of each, and their waves [N] at 16 kHz."""

    utterances: list[Utterance]
    emotions: list[tuple[str, ...]]
    waves: list[Tensor]

    def pin_memory(self) -> "Batch":
        """With its waves where a GPU fetches them while it computes; the data loader asks for it."""
        return Batch(self.utterances, self.emotions, [wave.pin_memory() for wave in self.waves])


class Order(Sampler[list[int]]):
    """The utterances of every step: epoch after epoch in a new order, drawn from the seed and the epoch alone.

    Step k of rank r is the same in every run, so that a run resumed at step k goes on as if it had not stopped.
    Each batch comes `repeat` times in a row.
    """

    def __init__(
        self, count: int, per_step: int, steps: int, seed: int, rank: int = 0, ranks: int = 1, repeat: int = 1
    ) -> None:
        self.count, self.per_step, self.steps, self.seed = count, per_step, steps, seed
        self.rank, self.ranks, self.repeat, self.start = rank, ranks, repeat, 0

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[list[int]]:
        for step in range(self.start, self.steps):
            first = (step // self.repeat * self.ranks + self.rank) * self.per_step
            yield [self._at(place) for place in range(first, first + self.per_step)]

    def _at(self, place: int) -> int:
        epoch, index = divmod(place, self.count)
        generator = torch.Generator().manual_seed(hash((self.seed, epoch)) % (1 << 63))
        return int(torch.randperm(self.count, generator=generator)[index])


class SpeechData(L.LightningDataModule):
    """A corpus as a Lightning data module, with the cues of every utterance measured and labelled.

    `known` are thresholds by data set that a checkpoint was trained with; a data set without any is calibrated on
    its own training speakers. `rejected` lists the files left out, with the reason.
    """

    def __init__(
        self, corpus: Corpus, settings: Data, *, steps: int, seed: int, known: dict[str, Thresholds] | None = None
    ) -> None:
        super().__init__()
        self.corpus, self.settings, self.steps, self.seed = corpus, settings, steps, seed
        self.repeat = 1  # steps that a batch serves: a policy's rollout may be used for several updates
        self.thresholds = dict(known or {})
        self.emotions: dict[str, tuple[str, ...]] = {}
        self.rejected: list[tuple[Path, str]] = []
        self.train_utterances: list[Utterance] = []
        self.test_utterances: list[Utterance] = []

    def setup(self, stage: str | None = None) -> None:
        """Measure the corpus (from the cache where it was measured before) and label its cues."""
        if self.train_utterances:
            return
        for corpus in members(self.corpus):
            train, test = corpus.train(), some(corpus.test(), self.settings.test_utterances)
            refuse_shared_speakers(corpus.split_id, train, test)
            for utterances, kept in ((train, self.train_utterances), (test, self.test_utterances)):
                known = self.thresholds.get(corpus.name)
                found = measured(utterances, known, rejected_share=self.settings.rejected_share)
                self.thresholds.setdefault(corpus.name, found.thresholds)
                self.emotions[corpus.name] = corpus.emotions
                self.rejected += found.rejected
                kept += found.utterances
        if not self.train_utterances:
            raise ZooError(f"{self.corpus.split_id} has no training utterances")

    def write_rejected(self, path: Path) -> None:
        """List the files left out, with the reason, as JSON lines."""
        rows = [json.dumps({"audio_path": str(audio), "reason": reason}) for audio, reason in self.rejected]
        path.write_text("".join(row + "\n" for row in rows), encoding="utf-8")

    def train_dataloader(self) -> DataLoader[Batch]:
        """Training batches, from the trainer's step on."""
        trainer = self.trainer
        ranks, rank, step = (trainer.world_size, trainer.global_rank, trainer.global_step) if trainer else (1, 0, 0)
        count, per_step = len(self.train_utterances), self.settings.utterances_per_step
        order = Order(count, per_step, self.steps, self.seed, rank, ranks, self.repeat)
        order.start = step
        return self._loader(self.train_utterances, batch_sampler=order)

    def test_dataloader(self) -> DataLoader[Batch]:
        """Held-out speakers, each utterance once; every rank takes its share."""
        ranks, rank = (self.trainer.world_size, self.trainer.global_rank) if self.trainer else (1, 0)
        mine = self.test_utterances[rank::ranks]
        return self._loader(mine, batch_size=8)

    def _loader(self, utterances: Sequence[Utterance], **options: Any) -> DataLoader[Batch]:
        workers = self.settings.workers
        return DataLoader(
            list(utterances),  # type: ignore[arg-type]
            collate_fn=self.collate,
            num_workers=workers,
            persistent_workers=workers > 0,
            prefetch_factor=self.settings.prefetch if workers else None,
            pin_memory=torch.cuda.is_available(),
            multiprocessing_context="spawn" if workers else None,
            **options,
        )

    def collate(self, utterances: Sequence[Utterance]) -> Batch:
        """Read the audio of utterances."""
        waves = [torch.from_numpy(read_wave(utterance.audio_path).samples) for utterance in utterances]
        return Batch(list(utterances), [self.emotions[utterance.dataset] for utterance in utterances], waves)

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        """Move the waves; the rest of a batch is words."""
        return Batch(batch.utterances, batch.emotions, [wave.to(device, non_blocking=True) for wave in batch.waves])


def some(utterances: Sequence[Utterance], count: int | None) -> list[Utterance]:
    """`count` utterances of a list in its order, always the same ones, or all of them."""
    if count is None or count >= len(utterances):
        return list(utterances)
    return [utterances[i] for i in sorted(Random(0).sample(range(len(utterances)), count))]
