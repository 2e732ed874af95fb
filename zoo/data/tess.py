"""TESS: two women say 200 words in a carrier phrase in seven emotions (K. Dupuis & M. K. Pichora-Fuller, 2010).

Layout from its documentation, tested on a generated tree alone: `OAF_angry/OAF_back_angry.wav` or the files side by
side. The name says actress (older or younger), word and emotion.
"""

import re
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

NAME = re.compile(r"(OAF?|YAF)_(\w+)_(angry|disgust|fear|happy|ps|sad|neutral)", re.IGNORECASE)


@corpora.offer("tess")
class Tess(Folds):
    """TESS, English; each of two folds leaves out one of the two women."""

    name, title = "tess", "TESS"
    emotions = ("neutral", "happy", "sad", "angry", "fear", "disgust", "pleasant surprise")
    licence = "CC BY-NC-ND 4.0"
    link = "https://doi.org/10.5683/SP2/E8H2MF"
    utterances = 2800
    speakers = 2
    folds = 2
    order = ("OAF", "YAF")
    example = "OAF_angry/OAF_back_angry.wav"

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file with another name; one file is called OA_bite_neutral and is of OAF."""
        found = NAME.fullmatch(path.stem)
        if found is None:
            return None
        speaker, word, emotion = found[1].upper(), found[2].lower(), found[3].lower()
        return self.row(
            path,
            "OAF" if speaker == "OA" else speaker,
            "pleasant surprise" if emotion == "ps" else emotion,
            gender="female",
            transcription=f"Say the word {word}.",
            sentence=word,
        )
