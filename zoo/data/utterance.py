"""One utterance of a corpus: where its audio lies and what is known of it."""

from dataclasses import dataclass
from pathlib import Path

from zoo.acoustics.cues import Cues


@dataclass(frozen=True)
class Utterance:
    """A row of a corpus. `emotion` is the corpus's own word; the corpus's task says which words are the options."""

    audio_path: Path
    dataset: str
    speaker: str
    emotion: str | None = None
    gender: str | None = None  # "female", "male" or None
    transcription: str | None = None
    language: str = "en"
    sentence: str | None = None  # an id shared by utterances of the same text
    cues: Cues | None = None  # filled in once the corpus has been measured and calibrated, if not annotated before
    reasoning: str | None = None  # a trace that the corpus brings with it
    enrolled: tuple[Path, ...] = ()  # clips of the same speaker, their labels unread
    name: str | None = None  # where the file's own is not unique within the corpus
    source: Path | None = None  # of a further voice: the recording as it was, in which the same words are stressed
    votes: tuple[str, ...] = ()  # each annotator's own word, where the corpus tells them

    @property
    def key(self) -> str:
        """A name that is unique within a corpus and stable between machines."""
        return f"{self.dataset}/{self.name or self.audio_path.name}"
