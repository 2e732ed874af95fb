"""MSP-Podcast: natural speech from podcasts in eight emotions, by its own partitions (R. Lotfian & C. Busso, 2019).

Layout from its documentation, tested on a generated tree alone: `Labels/labels_consensus.csv` and
`Labels/labels_detailed.csv`, `Audios/MSP-PODCAST_0001_0008.wav`, `Transcripts/MSP-PODCAST_0001_0008.txt`. Utterances
without agreement or with another emotion are left out. How many there are differs between its releases, so all that the
table lists must be there. An unknown speaker is taken for one of its own podcast.
"""

from collections.abc import Iterator
from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.fields import GENDERS
from zoo.core.registry import corpora
from zoo.data.downloaded import Downloaded, spoken, table
from zoo.data.utterance import Utterance

WORDS = {
    "N": "neutral",
    "H": "happy",
    "S": "sad",
    "A": "angry",
    "U": "surprise",
    "F": "fear",
    "D": "disgust",
    "C": "contempt",
}  # O is another emotion, X none that the annotators agreed on
TESTS = ("Test1", "Test2", "Test3")


@corpora.offer("msp-podcast")
class MspPodcast(Downloaded):
    """MSP-Podcast, English, its own partitions: trained on Train, tested on `test`; each annotator's label."""

    name, title = "msp-podcast", "MSP-Podcast"
    emotions = ("neutral", "happy", "sad", "angry", "surprise", "fear", "disgust", "contempt")
    licence = "research only, by its licence agreement"
    link = "https://lab-msp.com/MSP/MSP-Podcast.html"
    utterances = 0  # told by its table
    example = "Labels/labels_consensus.csv and Audios/MSP-PODCAST_0001_0008.wav"

    def __init__(self, root: str, test: str = "Test1", partial: bool = False) -> None:
        if test not in TESTS:
            raise ZooError(f'MSP-Podcast is tested on {", ".join(TESTS)}, not on "{test}"')
        self.parts: dict[str, str] = {}
        rows = self.read(root, partial)
        train = [row for row in rows if self.parts[row.audio_path.stem] == "Train"]
        self.split(f"msp-podcast:{test}", train, [row for row in rows if self.parts[row.audio_path.stem] == test])

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """What the tables tell of the utterances whose audio is there."""
        lines = [line for line in table(folder / "Labels" / "labels_consensus.csv") if line["EmoClass"] in WORDS]
        self.utterances, votes = len(lines), _votes(folder / "Labels" / "labels_detailed.csv")
        for line in lines:
            stem = Path(line["FileName"]).stem
            path, text = spoken(folder / "Audios" / stem), folder / "Transcripts" / f"{stem}.txt"
            if path is None:
                continue
            self.parts[stem] = line["Split_Set"]
            known = line["SpkrID"].strip().lower() not in ("", "unknown")
            yield self.row(
                path,
                line["SpkrID"].strip() if known else f"unknown_{'_'.join(stem.split('_')[:2])}",
                WORDS[line["EmoClass"]],
                gender=GENDERS.get(line["Gender"].strip().lower()),
                transcription=text.read_text(encoding="utf-8").strip() if text.exists() else None,
                votes=tuple(votes.get(line["FileName"], ())),
            )


def _votes(file: Path) -> dict[str, list[str]]:
    """The first choice of each annotator, by file."""
    votes: dict[str, list[str]] = {}
    for line in table(file):
        word = (line.get("EmoClass_Major") or "").strip()
        if word:
            votes.setdefault(line["FileName"], []).append(WORDS.get(word, word.lower()))
    return votes
