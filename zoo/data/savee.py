"""SAVEE: four men say English sentences in seven emotions (S. Haq & P. Jackson, AVSP 2009).

Layout from its documentation, tested on a generated tree alone: `AudioData/DC/sa01.wav`, speaker and then emotion and
number; or `DC_sa01.wav`, as a well-known mirror has it.
"""

import re
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

NAME = re.compile(r"(?:(DC|JE|JK|KL)_)?(sa|su|[adfhn])(\d\d)")
WORDS = {
    "a": "angry",
    "d": "disgusted",
    "f": "fearful",
    "h": "happy",
    "n": "neutral",
    "sa": "sad",
    "su": "surprised",
}


@corpora.offer("savee")
class Savee(Folds):
    """SAVEE, English; fold k leaves out the k-th of four speakers, all men."""

    name, title = "savee", "SAVEE"
    emotions = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
    licence = "research only, by registration"
    link = "http://kahlan.eps.surrey.ac.uk/savee/"
    utterances = 480
    speakers = 4
    folds = 4
    order = ("DC", "JE", "JK", "KL")
    example = "AudioData/DC/a01.wav"

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file with another name or of no speaker."""
        found = NAME.fullmatch(path.stem)
        speaker = (found[1] or path.parent.name) if found else None
        if found is None or speaker not in self.order:
            return None
        return self.row(path, speaker, WORDS[found[2]], gender="male", name=f"{speaker}_{found[2]}{found[3]}")
