"""EmoDB: ten actors say ten German sentences in seven emotions (F. Burkhardt et al., Interspeech 2005).

Read from the corpus's own layout: `wav/03a01Fa.wav` or the files by themselves. The name says speaker, sentence,
emotion (the first letter of the German word) and take. Each file's loudness was normalised: it says nothing.
"""

import re
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

NAME = re.compile(r"(03|08|09|1[0-6])([ab]\d\d)([WLEAFTN])[a-z]")
WORDS = {
    "W": "angry",
    "L": "bored",
    "E": "disgusted",
    "A": "fearful",
    "F": "happy",
    "T": "sad",
    "N": "neutral",
}  # Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral
MEN = ("03", "10", "11", "12", "15")
SENTENCES = {
    "a01": "Der Lappen liegt auf dem Eisschrank.",
    "a02": "Das will sie am Mittwoch abgeben.",
    "a04": "Heute abend könnte ich es ihm sagen.",
    "a05": "Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.",
    "a07": "In sieben Stunden wird es soweit sein.",
    "b01": "Was sind denn das für Tüten, die da unter dem Tisch stehen?",
    "b02": "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.",
    "b03": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
    "b09": "Ich will das eben wegbringen und dann mit Karl was trinken gehen.",
    "b10": "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
}


@corpora.offer("emodb")
class EmoDb(Folds):
    """EmoDB, German; fold k leaves out the k-th of ten speakers."""

    name, title, language = "emodb", "EmoDB", "de"
    emotions = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "bored")
    licence = "CC0 1.0"
    link = "http://emodb.bilderbar.info"
    utterances = 535
    speakers = 10
    folds = 10
    order = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")
    example = "wav/03a01Fa.wav"

    def utterance(self, path: Path) -> Utterance | None:
        """None for a file with another name."""
        found = NAME.fullmatch(path.stem)
        if found is None:
            return None
        speaker, sentence, letter = found.groups()
        gender = "male" if speaker in MEN else "female"
        text = SENTENCES.get(sentence)
        return self.row(path, speaker, WORDS[letter], gender=gender, transcription=text, sentence=sentence)
