"""ESD: ten English and ten Chinese speakers say 350 sentences in five emotions (K. Zhou et al., arXiv 2105.14762).

Layout from its documentation, tested on a generated tree alone: `0011/Angry/0011_000351.wav`, at times in a folder
`train`, `test` or `evaluation` below the emotion, with the texts in `0011/0011.txt`. Each speaker's 1,750 files go
through the same 350 sentences once for each emotion, so a number says both.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

NAME = re.compile(r"(00(?:0[1-9]|1\d|20))_(\d{6})")
BY_NUMBER = ("neutral", "angry", "happy", "sad", "surprise")  # 350 files each, in this order
SENTENCES = 350
MEN = ("0004", "0005", "0006", "0008", "0010", "0011", "0012", "0013", "0014", "0020")
CHINESE = 10  # the first ten speakers
SPEAKERS = {"en": range(11, 21), "zh": range(1, 11)}


@corpora.offer("esd")
class Esd(Folds):
    """ESD in one of its two languages, five folds of a man or woman and a neighbour: two of ten speakers."""

    name, title = "esd", "ESD"
    emotions = ("neutral", "happy", "sad", "angry", "surprise")
    licence = "research only"
    link = "https://hltsingapore.github.io/ESD/"
    utterances = 17500
    speakers = 10
    folds = 5
    example = "0011/Angry/0011_000351.wav"

    def __init__(self, root: str, fold: int = 1, partial: bool = False, language: str = "en") -> None:
        if language not in SPEAKERS:
            raise ZooError(f'ESD is in "en" and "zh", not in "{language}"')
        self.language = language
        self.order = tuple(f"{number:04d}" for number in SPEAKERS[language])
        super().__init__(root, fold, partial)
        self.split_id = self.split_id.replace("esd:", f"esd:{language},", 1)

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """With the texts, where a speaker's list is there."""
        texts: dict[str, dict[str, str]] = {}
        for row in super().rows(folder):
            speaker, _, _ = row.audio_path.stem.partition("_")
            if speaker not in texts:
                texts[speaker] = _texts(row.audio_path, speaker)
            yield replace(row, transcription=texts[speaker].get(row.audio_path.stem))

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file with another name or in the other language."""
        found = NAME.fullmatch(path.stem)
        number = int(found[2]) - 1 if found else -1
        if found is None or found[1] not in self.order or number not in range(SENTENCES * len(BY_NUMBER)):
            return None
        gender = "male" if found[1] in MEN else "female"
        sentence = f"{self.language}_{number % SENTENCES:03d}"
        return self.row(path, found[1], BY_NUMBER[number // SENTENCES], gender=gender, sentence=sentence)


def _texts(path: Path, speaker: str) -> dict[str, str]:
    """What a speaker says, by file; the lists are in several encodings."""
    file = next((p / f"{speaker}.txt" for p in path.parents[:3] if (p / f"{speaker}.txt").exists()), None)
    if file is None:
        return {}
    data = file.read_bytes()
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "gb18030"):
        try:
            rows = [line.split("\t") for line in data.decode(encoding).splitlines()]
        except UnicodeDecodeError:
            continue
        return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}
    return {}
