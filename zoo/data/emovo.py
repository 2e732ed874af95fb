"""EMOVO: six actors say fourteen Italian sentences in seven emotions (G. Costantini et al., LREC 2014).

Layout from its documentation, tested on a generated tree alone: `f1/dis-f1-b1.wav`. The name says emotion (the first
letters of the Italian word), actor and sentence.
"""

import re
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

NAME = re.compile(r"(dis|gio|neu|pau|rab|sor|tri)-([fm][123])-([a-z]\d)", re.IGNORECASE)
WORDS = {
    "dis": "disgusted",
    "gio": "happy",
    "neu": "neutral",
    "pau": "fearful",
    "rab": "angry",
    "sor": "surprised",
    "tri": "sad",
}  # disgusto, gioia, neutro, paura, rabbia, sorpresa, tristezza


@corpora.offer("emovo")
class Emovo(Folds):
    """EMOVO, Italian; fold k leaves out the k-th of six actors."""

    name, title, language = "emovo", "EMOVO", "it"
    emotions = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
    licence = "free for research"
    link = "http://voice.fub.it/activities/corpora/emovo/index.html"
    utterances = 588
    speakers = 6
    folds = 6
    order = ("f1", "f2", "f3", "m1", "m2", "m3")
    example = "f1/dis-f1-b1.wav"

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file with another name."""
        found = NAME.fullmatch(path.stem)
        if found is None:
            return None
        emotion, actor, sentence = (part.lower() for part in found.groups())
        gender = "female" if actor[0] == "f" else "male"
        return self.row(path, actor, WORDS[emotion], gender=gender, sentence=sentence)
