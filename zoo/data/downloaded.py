"""A corpus in its own layout as downloaded: what all readers share, so that each states only what is its own."""

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.places import find
from zoo.data.corpus import Corpus, refuse_shared_speakers
from zoo.data.held_out import in_short
from zoo.data.utterance import Utterance

SUFFIXES = (".wav", ".flac")  # what soundfile reads everywhere; video and AAC are converted first
SLACK = 0.02  # of the published count: a few files that a mirror lost are no other corpus


class Downloaded(Corpus):
    """Reads a folder, leaves out files that are known to be bad, and refuses one that is not the whole corpus.

    A reader states `title`, `link`, `licence`, `emotions`, `utterances` and `speakers` as published, an `example` of a
    file, the `bad` files by a published list (stem: what is wrong), and `utterance`, which reads one file's name.
    """

    title: str
    link: str
    example: str
    utterances: int
    speakers: int
    language = "en"
    convert = ""  # what must be done to the files before they can be read
    bad: Mapping[str, str] = {}

    def read(self, root: str, partial: bool) -> list[Utterance]:
        """Every usable utterance, in the order of the files' names.

        Raises:
            ZooError: no such folder, nothing of this corpus in it, a file twice, or too few or too many of them.
        """
        folder = find(root)
        if folder is None or not folder.is_dir():
            raise ZooError(f"there is no folder {root}; fetch {self.title} ({self.link}) and give its folder")
        rows = sorted(self.rows(folder), key=lambda row: row.key)
        if not rows:
            raise ZooError(
                f"{root} holds no {self.title} speech; expected files such as {self.example} in it{self.convert}"
            )
        names = [row.key.rpartition(".")[0] or row.key for row in rows]
        if twice := next((b for a, b in pairwise(names) if a == b), None):
            raise ZooError(f"{root} holds utterances twice, such as {twice}; keep one format and one layout")
        if not partial and abs(len(rows) - self.utterances) > SLACK * self.utterances:
            raise ZooError(
                f"{root} holds {len(rows):,} utterances of {self.title}, which has {self.utterances:,}{self.convert}; "
                "give the whole corpus, or say data.partial=true"
            )
        return rows

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """What the files' names tell."""
        for path in audio(folder):
            if path.stem not in self.bad and (row := self.utterance(path)) is not None:
                yield row

    def utterance(self, path: Path) -> Utterance | None:
        """The utterance that a file's name states; None for a file that is none of this corpus."""
        raise NotImplementedError

    def row(self, path: Path, speaker: str, emotion: str, **known: Any) -> Utterance:
        """An utterance of this corpus; speaker and `sentence` are its own names for them."""
        if known.get("sentence"):
            known["sentence"] = f"{self.name}_{known['sentence']}"
        known = {"language": self.language, **known}
        return Utterance(path, self.name, f"{self.name}_{speaker}", emotion, **known)

    def split(self, split_id: str, train: Sequence[Utterance], test: Sequence[Utterance]) -> None:
        """Keep both sides of the split, which share no speaker unless the corpus says that they do."""
        self.split_id, self._train, self._test = split_id, list(train), list(test)
        for side, rows in (("train", train), ("test", test)):
            if not rows:
                raise ZooError(f"{split_id} has no speaker to {side} on; fetch all of {self.title}")
        if not self.shares_speakers:
            refuse_shared_speakers(split_id, train, test)

    def train(self) -> list[Utterance]:
        """Utterances to train on."""
        return list(self._train)

    def test(self) -> list[Utterance]:
        """Utterances that are held out."""
        return list(self._test)


class Folds(Downloaded):
    """Speakers in folds, of which one is held out: `order` names them where the list is published and fixed.

    Where it is not, the speakers found are taken in the order of their names, and the split's id has a digest of those
    held out.
    """

    folds: int
    order: Sequence[str] = ()

    def __init__(self, root: str, fold: int = 1, partial: bool = False) -> None:
        if fold not in range(1, self.folds + 1):
            raise ZooError(f"{self.title} has folds 1 to {self.folds}, not {fold}")
        rows = self.read(root, partial)
        order = [f"{self.name}_{speaker}" for speaker in self.order] or sorted({row.speaker for row in rows})
        held_out = {speaker for i, speaker in enumerate(order) if i * self.folds // len(order) + 1 == fold}
        told = "" if self.order else f",test={in_short(sorted(held_out))}"
        self.split(
            f"{self.name}:fold{fold}of{self.folds}{told}",
            [row for row in rows if row.speaker not in held_out],
            [row for row in rows if row.speaker in held_out],
        )


def audio(folder: Path) -> Iterator[Path]:
    """Every audio file below a folder; those that macOS leaves beside them (`._name`) are none."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders.sort()
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                yield Path(place, name)


def spoken(path: Path) -> Path | None:
    """The audio file with this path's stem, in any format that is read; None if there is none."""
    return next((found for suffix in SUFFIXES if (found := path.with_name(path.name + suffix)).exists()), None)


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a table with a head; none where there is no such file."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


def beside(folder: Path, name: str) -> Path:
    """A file that belongs to the corpus: in its folder, or in the one above where the audio has one of its own."""
    return folder / name if (folder / name).exists() else folder.parent / name


def mapping(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one where there is no such file."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
