"""MEAD: 48 actors, eight emotions at three strengths (K. Wang et al., ECCV 2020), its audio alone.

Layout from its documentation, tested on a generated tree alone: `M003/audio/angry/level_1/001.m4a`, where folders say
actor, emotion and strength. soundfile reads no AAC, so each file is converted beside itself first.
"""

import re
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

ACTOR = re.compile(r"[MW]\d{3}")
LEVEL = re.compile(r"level_[123]")


@corpora.offer("mead")
class Mead(Folds):
    """MEAD, English, eight folds of its actors by name; its AAC files are converted by the user."""

    name, title = "mead", "MEAD"
    emotions = ("neutral", "happy", "sad", "angry", "fear", "disgusted", "contempt", "surprised")
    licence = "research only, by its terms of use"
    link = "https://github.com/uniBruce/Mead"
    utterances = 31729
    speakers = 48
    folds = 8
    example = "M003/audio/angry/level_1/001.wav"
    convert = " (make X.wav of every X.m4a: ffmpeg -i X.m4a -ac 1 -ar 16000 X.wav)"

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file in other folders."""
        level, emotion = path.parent, path.parent.parent
        actor = emotion.parent.parent.name if emotion.parent.name == "audio" else emotion.parent.name
        if not LEVEL.fullmatch(level.name) or not ACTOR.fullmatch(actor) or emotion.name not in self.emotions:
            return None
        gender = "male" if actor[0] == "M" else "female"
        name = f"{actor}_{emotion.name}_{level.name}_{path.name}"
        return self.row(path, actor, emotion.name, gender=gender, name=name)
