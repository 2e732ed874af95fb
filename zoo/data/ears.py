"""EARS: 107 speakers, 22 emotions and neutral, read and free (J. Richter et al., arXiv 2406.06185).

Layout from its documentation, tested on a generated tree alone: `p001/emo_anger_sentences.wav` and
`p001/emo_anger_freeform.wav`, with `speaker_statistics.json` and `transcripts.json` of its repository beside the
folders. Its other readings (loud, fast, whispered and so on) have no emotion and are not read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from zoo.core.fields import GENDERS
from zoo.core.registry import corpora
from zoo.data.downloaded import Folds, beside, mapping
from zoo.data.utterance import Utterance

NAME = re.compile(r"emo_([a-z]+)_(sentences|freeform)")
SPEAKER = re.compile(r"p(?:0\d\d|10[0-7])")
SPELT = {"embarassment": "embarrassment", "extasy": "ecstasy"}  # two files' names, and the words


@corpora.offer("ears")
class Ears(Folds):
    """EARS's emotional speech, English, ten folds of its 107 speakers."""

    name, title = "ears", "EARS"
    emotions = (
        "neutral",
        "adoration",
        "amazement",
        "amusement",
        "anger",
        "confusion",
        "contentment",
        "cuteness",
        "desire",
        "disappointment",
        "disgust",
        "distress",
        "embarrassment",
        "ecstasy",
        "fear",
        "guilt",
        "interest",
        "pain",
        "pride",
        "realization",
        "relief",
        "sadness",
        "serenity",
    )
    licence = "CC BY-NC 4.0"
    link = "https://github.com/facebookresearch/ears_dataset"
    utterances = 4922  # 107 speakers, 23 words, read and free
    speakers = 107
    folds = 10
    order = tuple(f"p{number:03d}" for number in range(1, 108))
    example = "p001/emo_anger_sentences.wav"

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """With genders and texts, where those tables are there."""
        people = mapping(beside(folder, "speaker_statistics.json"))
        texts = mapping(beside(folder, "transcripts.json"))
        for row in super().rows(folder):
            person = people.get(row.speaker.removeprefix("ears_")) or {}
            text = texts.get(row.audio_path.stem)
            gender = GENDERS.get(str(person.get("gender", "")).lower())
            yield replace(row, gender=gender, transcription=text if isinstance(text, str) else None)

    def utterance(self, path: Path) -> Utterance | None:
        """None for what has no emotion in its name."""
        found, speaker = NAME.fullmatch(path.stem), path.parent.name
        word = SPELT.get(found[1], found[1]) if found else ""
        if found is None or not SPEAKER.fullmatch(speaker) or word not in self.emotions:
            return None
        sentence = word if found[2] == "sentences" else None
        return self.row(path, speaker, word, sentence=sentence, name=f"{speaker}_{path.name}")
