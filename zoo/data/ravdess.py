"""RAVDESS: 24 actors say two sentences in eight emotions (S. Livingstone & F. Russo, PLoS ONE 13(5), 2018).

Read from the corpus's own layout: `Actor_07/03-01-05-02-01-01-07.wav` or the files side by side, WAV or FLAC. The name
says modality, channel, emotion, intensity, statement, repetition and actor.
"""

from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.places import find
from zoo.core.registry import corpora
from zoo.data.corpus import Corpus, refuse_shared_speakers
from zoo.data.utterance import Utterance

EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
SENTENCES = ("Kids are talking by the door.", "Dogs are sitting by the door.")
ACTORS = 24
FOLDS = 6
ACTORS_A_FOLD = ACTORS // FOLDS
SPOKEN_AUDIO = ("03", "01")  # modality audio only, channel speech; 02 is song, which has other emotions
EXCLUDED = ("03-01-03-01-02-02-07",)  # byte for byte the audio of 03-01-03-01-02-01-07
SUFFIXES = (".wav", ".flac")


@corpora.offer("ravdess")
class Ravdess(Corpus):
    """RAVDESS speech, six folds of four actors; fold k tests actors 4k - 3 to 4k."""

    name = "ravdess"
    emotions = EMOTIONS
    licence = "CC BY-NC-SA 4.0"

    def __init__(self, root: str, fold: int = 1) -> None:
        if fold not in range(1, FOLDS + 1):
            raise ZooError(f"RAVDESS has folds 1 to {FOLDS}, not {fold}")
        rows = _utterances(root)
        held_out = {_speaker(ACTORS_A_FOLD * (fold - 1) + i) for i in range(1, ACTORS_A_FOLD + 1)}
        self.split_id = f"ravdess:fold{fold}of{FOLDS}"
        self._train = [u for u in rows if u.speaker not in held_out]
        self._test = [u for u in rows if u.speaker in held_out]
        if not self._train or not self._test:
            side = "train on" if not self._train else "test on"
            raise ZooError(f"{root} holds no actor to {side} in fold {fold}; fetch all {ACTORS} actors")
        refuse_shared_speakers(self.split_id, self._train, self._test)

    def train(self) -> list[Utterance]:
        """Utterances of the other twenty actors."""
        return list(self._train)

    def test(self) -> list[Utterance]:
        """Utterances of the fold's four actors."""
        return list(self._test)


def _utterances(root: str) -> list[Utterance]:
    folder = find(root)
    if folder is None or not folder.is_dir():
        raise ZooError(f"there is no folder {root}; fetch RAVDESS (Zenodo record 1188976, speech) and give its folder")
    files = sorted((*folder.glob("*.*"), *folder.glob("Actor_*/*.*")), key=lambda path: path.name)
    rows = [row for path in files if path.suffix.lower() in SUFFIXES and (row := _utterance(path)) is not None]
    if not rows:
        raise ZooError(
            f"{root} holds no RAVDESS speech; expected files such as Actor_01/03-01-01-01-01-01-01.wav in it"
        )
    names = [row.audio_path.stem for row in rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ZooError(f"{root} holds {len(twice)} utterances twice ({twice[0]}); keep one format and one layout")
    return rows


def _utterance(path: Path) -> Utterance | None:
    """The utterance that a file name states; None for song, video, duplicates and other files."""
    parts = path.stem.split("-")
    if len(parts) != 7 or not all(part.isdecimal() for part in parts) or path.stem in EXCLUDED:
        return None
    emotion, _intensity, statement, _repetition, actor = (int(part) for part in parts[2:])
    known = 1 <= emotion <= len(EMOTIONS) and 1 <= statement <= len(SENTENCES) and 1 <= actor <= ACTORS
    if tuple(parts[:2]) != SPOKEN_AUDIO or not known:
        return None
    return Utterance(
        audio_path=path,
        dataset="ravdess",
        speaker=_speaker(actor),
        emotion=EMOTIONS[emotion - 1],
        gender="female" if actor % 2 == 0 else "male",
        transcription=SENTENCES[statement - 1],
        sentence=f"ravdess_{statement}",
    )


def _speaker(actor: int) -> str:
    return f"ravdess_{actor:02d}"
