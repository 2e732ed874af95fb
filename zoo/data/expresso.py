"""Expresso: four speakers read in several styles (T. A. Nguyen et al., arXiv 2308.05725), those that are emotions.

Layout from its documentation, tested on a generated tree alone: `audio_48khz/read/ex01/happy/base/ex01_happy_00001.wav`
with the texts in `read_transcriptions.txt`. Its conversations are two speakers in one file, minutes long, and its long
forms are not utterances: neither is read. The style `default` is read as neutral; laughing, enunciated, narration and
singing are ways to speak and no emotions.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from zoo.core.errors import ZooError
from zoo.core.registry import corpora
from zoo.data.downloaded import Folds, audio
from zoo.data.utterance import Utterance

NAME = re.compile(r"(ex0[1-4])_(default|happy|sad|confused|whisper)_(?:(emphasis|essentials)_)?(\d{5})")


@corpora.offer("expresso")
class Expresso(Folds):
    """Expresso's read sentences, English; fold k leaves out the k-th of four speakers."""

    name, title = "expresso", "Expresso"
    emotions = ("neutral", "happy", "sad", "confused", "whisper")
    licence = "CC BY-NC 4.0"
    link = "https://speechbot.github.io/expresso/"
    utterances = 0  # no count of these styles alone is published: every file that the texts list must be there
    speakers = 4
    folds = 4
    order = ("ex01", "ex02", "ex03", "ex04")
    example = "audio_48khz/read/ex01/happy/base/ex01_happy_00001.wav"

    def rows(self, folder: Path) -> Iterator[Utterance]:
        """With their texts."""
        texts = _texts(folder)
        if not texts:
            raise ZooError(f"{folder} has no read_transcriptions.txt, which lists Expresso's files; fetch it too")
        self.utterances = sum(NAME.fullmatch(name) is not None for name in texts)
        for path in audio(folder):
            if (row := self.utterance(path)) is not None:
                text = texts.get(path.stem)
                yield replace(row, transcription=text, sentence=f"expresso_{text.lower()}" if text else None)

    def utterance(self, path: Path) -> Utterance | None:
        """None for another style, a long form or a conversation."""
        found = NAME.fullmatch(path.stem)
        if found is None:
            return None
        return self.row(path, found[1], "neutral" if found[2] == "default" else found[2])


def _texts(folder: Path) -> dict[str, str]:
    """What is said, by file: the texts lie in the corpus's folder, one or two above its audio."""
    for place in (folder, *folder.resolve().parents[:3]):
        file = place / "read_transcriptions.txt"
        if file.exists():
            rows = [line.split("\t", 1) for line in file.read_text(encoding="utf-8").splitlines()]
            return {row[0].strip(): row[1].replace("*", "").strip() for row in rows if len(row) == 2}
    return {}
