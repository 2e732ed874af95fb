"""MELD: utterances of a television series in seven emotions, by its official split (S. Poria et al., arXiv 1810.02508).

Layout from its documentation, tested on a generated tree alone: the tables `train_sent_emo.csv` and
`test_sent_emo.csv`, the videos in `train_splits/` and `output_repeated_splits_test/`, with or without a folder `train`
or `test` around them. Their audio is extracted beside them first. The six leading characters speak on both sides of the
official split; `split: unheard` tests only on those who do not speak in training. Development is left alone.
"""

from collections.abc import Iterator
from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.registry import corpora
from zoo.data.downloaded import Downloaded, spoken, table
from zoo.data.utterance import Utterance

SIDES = {"train": "train_splits", "test": "output_repeated_splits_test"}
SPLITS = ("official", "unheard")
LEADS = dict.fromkeys(("Monica", "Phoebe", "Rachel"), "female") | dict.fromkeys(("Chandler", "Joey", "Ross"), "male")


@corpora.offer("meld")
class Meld(Downloaded):
    """MELD, English, the official split; the user extracts the audio of its videos."""

    name, title = "meld", "MELD"
    emotions = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
    licence = "GPL-3.0 for the annotations; the series is its owners'"
    link = "https://affective-meld.github.io"
    utterances = 12598
    speakers = 304
    example = "train_sent_emo.csv and train_splits/dia0_utt0.wav"
    convert = " (make X.wav beside every X.mp4: ffmpeg -i X.mp4 -ac 1 -ar 16000 X.wav)"
    bad = {"train_dia125_utt3": "a broken video (declare-lab/MELD, issues 39 and 52)"}

    def __init__(self, root: str, split: str = "official", partial: bool = False) -> None:
        if split not in SPLITS:
            raise ZooError(f'MELD has the splits {" and ".join(SPLITS)}, not "{split}"')
        rows = self.read(root, partial)
        train, test = ([row for row in rows if str(row.name).startswith(side)] for side in SIDES)
        heard = {row.speaker for row in train}
        if split == "unheard":
            test = [row for row in test if row.speaker not in heard]
        elif heard & {row.speaker for row in test}:
            self.shares_speakers = "MELD's official split has the leading characters on both sides"
        self.split(f"meld:{split}", train, test)

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """What the tables tell of the utterances whose audio is there."""
        for side, videos in SIDES.items():
            for line in table(folder / f"{side}_sent_emo.csv"):
                stem = f"dia{line['Dialogue_ID']}_utt{line['Utterance_ID']}"
                path = spoken(folder / videos / stem) or spoken(folder / side / videos / stem)
                if path is not None and f"{side}_{stem}" not in self.bad and line["Emotion"] in self.emotions:
                    speaker, text = line["Speaker"].strip(), line["Utterance"].replace("\x92", "'").strip()
                    name = f"{side}_{path.name}"
                    gender = LEADS.get(speaker)
                    yield self.row(path, speaker, line["Emotion"], gender=gender, transcription=text, name=name)
