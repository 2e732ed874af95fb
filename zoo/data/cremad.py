"""CREMA-D: 91 actors say twelve sentences in six emotions, each clip labelled by about ten listeners.

H. Cao et al., IEEE Transactions on Affective Computing 5(4), 2014. Layout from its documentation, tested on a generated
tree alone: `AudioWAV/1001_DFA_ANG_XX.wav`, with `VideoDemographics.csv` and `finishedResponses.csv` beside the folder.
The name says actor, sentence, emotion and intensity; the votes are of those who heard the voice alone.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds, beside, table
from zoo.data.utterance import Utterance

NAME = re.compile(r"(10\d\d)_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(?:LO|MD|HI|XX?)")
WORDS = {"A": "angry", "D": "disgusted", "F": "fearful", "H": "happy", "N": "neutral", "S": "sad"}
VOICE_ALONE = "1"  # of `queryType`; 2 is the face, 3 both
SENTENCES = {
    "IEO": "It's eleven o'clock.",
    "TIE": "That is exactly what happened.",
    "IOM": "I'm on my way to the meeting.",
    "IWW": "I wonder what this is about.",
    "TAI": "The airplane is almost full.",
    "MTI": "Maybe tomorrow it will be cold.",
    "IWL": "I would like a new alarm clock.",
    "ITH": "I think I have a doctor's appointment.",
    "DFA": "Don't forget a jacket.",
    "ITS": "I think I've seen this before.",
    "TSI": "The surface is slick.",
    "WSI": "We'll stop in a couple of minutes.",
}


@corpora.offer("cremad")
class CremaD(Folds):
    """CREMA-D, English, seven folds of thirteen actors, each annotator's label."""

    name, title = "cremad", "CREMA-D"
    emotions = ("neutral", "happy", "sad", "angry", "fearful", "disgusted")
    licence = "Open Database License 1.0"
    link = "https://github.com/CheyneyComputerScience/CREMA-D"
    utterances = 7438
    speakers = 91
    folds = 7
    order = tuple(str(actor) for actor in range(1001, 1092))
    example = "AudioWAV/1001_DFA_ANG_XX.wav"
    bad = {  # what its authors and users list as unusable
        "1076_MTI_NEU_XX": "nearly empty",
        "1076_MTI_SAD_XX": "no audio",
        "1064_TIE_SAD_XX": "no duration",
        "1064_IEO_DIS_MD": "a minute with every emotion of that sentence",
    }

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """With the actors' genders and the listeners' votes, where those tables are there."""
        people = {line["ActorID"]: line["Sex"].lower() for line in table(beside(folder, "VideoDemographics.csv"))}
        votes: dict[str, list[str]] = {}
        for line in table(beside(folder, "finishedResponses.csv")):
            if line["queryType"] == VOICE_ALONE and line["respEmo"] in WORDS:
                votes.setdefault(line["clipName"], []).append(WORDS[line["respEmo"]])
        for row in super().rows(folder):
            actor = row.speaker.removeprefix("cremad_")
            yield replace(row, gender=people.get(actor), votes=tuple(votes.get(row.audio_path.stem, ())))

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file with another name."""
        found = NAME.fullmatch(path.stem)
        if found is None or found[1] not in self.order:
            return None
        return self.row(path, found[1], WORDS[found[3][0]], transcription=SENTENCES.get(found[2]), sentence=found[2])
