"""nEMO: nine actors say Polish sentences in six emotions (I. Christop, LREC-COLING 2024, arXiv 2404.06292).

Layout from its documentation, tested on a generated tree alone: `samples/<file_id>` and the table `data.tsv`.
"""

from collections.abc import Iterator
from pathlib import Path

from zoo.core.fields import GENDERS
from zoo.core.registry import corpora
from zoo.data.downloaded import Folds, beside, spoken, table
from zoo.data.utterance import Utterance

WORDS = {"surprise": "surprised"}  # its documents write either


@corpora.offer("nemo")
class Nemo(Folds):
    """nEMO, Polish; fold k leaves out the k-th of nine actors."""

    name, title, language = "nemo", "nEMO", "pl"
    emotions = ("neutral", "happiness", "sadness", "anger", "fear", "surprised")
    licence = "CC BY-NC-SA 4.0"
    link = "https://github.com/amu-cai/nEMO"
    utterances = 4481
    speakers = 9
    folds = 9
    example = "data.tsv and samples/<file_id>.wav"

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """What the table tells of the files that are there."""
        for line in table(beside(folder, "data.tsv"), "\t"):
            stem = line["file_id"].removesuffix(".wav")
            path = spoken(folder / "samples" / stem) or spoken(folder / stem)
            word = WORDS.get(line["emotion"].lower(), line["emotion"].lower())
            if path is not None and word in self.emotions:
                gender = GENDERS.get(line["gender"].lower())
                text = line["raw_text"]
                yield self.row(path, line["speaker_id"], word, gender=gender, transcription=text, sentence=text)
