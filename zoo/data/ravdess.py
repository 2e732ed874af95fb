"""RAVDESS: 24 actors say two sentences in eight emotions (S. Livingstone & F. Russo, PLoS ONE 13(5), 2018).

Read from the corpus's own layout: `Actor_07/03-01-05-02-01-01-07.wav` or the files side by side, WAV or FLAC. The name
says modality, channel, emotion, intensity, statement, repetition and actor.
"""

from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.data.utterance import Utterance

SENTENCES = ("Kids are talking by the door.", "Dogs are sitting by the door.")
SPOKEN_AUDIO = ("03", "01")  # modality audio only, channel speech; 02 is song, which has other emotions


@corpora.offer("ravdess")
class Ravdess(Folds):
    """RAVDESS speech, six folds of four actors; fold k tests actors 4k - 3 to 4k."""

    name, title = "ravdess", "RAVDESS"
    emotions = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
    licence = "CC BY-NC-SA 4.0"
    link = "https://zenodo.org/records/1188976"
    utterances = 1439
    speakers = 24
    folds = 6
    order = tuple(f"{actor:02d}" for actor in range(1, 25))
    example = "Actor_01/03-01-01-01-01-01-01.wav"
    bad = {"03-01-03-01-02-02-07": "byte for byte the audio of 03-01-03-01-02-01-07"}

    def utterance(self, path: Path) -> Utterance | None:
        """None for song, video and other files."""
        parts = path.stem.split("-")
        if len(parts) != 7 or not all(part.isdecimal() for part in parts) or tuple(parts[:2]) != SPOKEN_AUDIO:
            return None
        emotion, _intensity, statement, _repetition, actor = (int(part) for part in parts[2:])
        if emotion not in range(1, 9) or statement not in (1, 2) or actor not in range(1, self.speakers + 1):
            return None
        return self.row(
            path,
            f"{actor:02d}",
            self.emotions[emotion - 1],
            gender="female" if actor % 2 == 0 else "male",
            transcription=SENTENCES[statement - 1],
            sentence=str(statement),
        )
