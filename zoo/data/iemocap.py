"""IEMOCAP: five sessions of a man and a woman, four classes as the field counts them, each annotator's label.

C. Busso et al., Language Resources and Evaluation 42, 2008. Layout from its documentation, tested on a generated tree
alone: `Session1/sentences/wav/<dialogue>/<turn>.wav`, labels in `Session1/dialog/EmoEvaluation/<dialogue>.txt`, texts
in `Session1/dialog/transcriptions/<dialogue>.txt`. Excited counts as happy; other labels are left out: 5,531 turns,
1,636 happy, 1,103 angry, 1,084 sad and 1,708 neutral.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from zoo.core.registry import corpora
from zoo.data.downloaded import Folds, spoken
from zoo.data.utterance import Utterance

TURN = re.compile(r"\[\d+\.\d+ - \d+\.\d+\]\t(Ses0([1-5])[FM]_\w+?_([FM])\w*)\t(\w+)\t")
VOTE = re.compile(r"C-E\d+:\t([^\t]*)\t")  # of those who watched; C-F and C-M are the actors themselves
TEXT = re.compile(r"(Ses0\w+) \[[^\]]*\]: *(.*)")
WORDS = {"neu": "neutral", "hap": "happy", "exc": "happy", "sad": "sad", "ang": "angry"}
VOTED = {
    "neutral": "neutral",
    "neutral state": "neutral",
    "happiness": "happy",
    "excited": "happy",
    "sadness": "sad",
    "anger": "angry",
}


@corpora.offer("iemocap")
class Iemocap(Folds):
    """IEMOCAP in four classes; fold k leaves out session k, which is two speakers."""

    name, title = "iemocap", "IEMOCAP"
    emotions = ("neutral", "happy", "sad", "angry")
    licence = "research only, by its licence agreement"
    link = "https://sail.usc.edu/iemocap/"
    utterances = 5531
    speakers = 10
    folds = 5
    order = tuple(f"Ses0{session}{gender}" for session in range(1, 6) for gender in "FM")
    example = "Session1/dialog/EmoEvaluation/Ses01F_impro01.txt and Session1/sentences/wav"

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """What the label files tell of the turns whose audio is there."""
        for session in sorted(folder.glob("Session[1-5]")):
            for labels in sorted((session / "dialog" / "EmoEvaluation").glob("Ses*.txt")):
                texts = _texts(session / "dialog" / "transcriptions" / labels.name)
                for turn, number, gender, code, votes in _turns(labels):
                    path = spoken(session / "sentences" / "wav" / labels.stem / turn)
                    if code in WORDS and path is not None:
                        yield self.row(
                            path,
                            f"Ses0{number}{gender}",
                            WORDS[code],
                            gender="female" if gender == "F" else "male",
                            transcription=texts.get(turn),
                            votes=votes,
                        )


def _turns(file: Path) -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    """Each turn's name, session, gender, label and votes; a block a turn, its own line first."""
    turn: tuple[str, str, str, str] | None = None
    votes: list[str] = []
    for line in [*file.read_text(encoding="utf-8", errors="replace").splitlines(), "[end]"]:
        if line.startswith("["):
            if turn is not None:
                yield *turn, tuple(votes)
            found = TURN.match(line)
            turn, votes = (found[1], found[2], found[3], found[4]) if found else None, []
        elif found := VOTE.match(line):
            words = [word.strip().lower() for word in found[1].split(";") if word.strip()]
            votes += [VOTED.get(word, word) for word in words]


def _texts(file: Path) -> dict[str, str]:
    """What is said in each turn; none where there is no such file."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return {found[1]: found[2].strip() for line in lines if (found := TEXT.match(line))}
