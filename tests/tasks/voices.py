"""Utterances with hand-made annotations: no audio is read where only questions are asked."""

from pathlib import Path

from zoo.acoustics.cues import Cues
from zoo.data.utterance import Utterance


def said(name="a.wav", text="The kids are by the door.", emotion="angry", **cues):
    return Utterance(
        Path(name), "voices", "one", emotion=emotion, gender="female", transcription=text, cues=Cues(**cues)
    )
