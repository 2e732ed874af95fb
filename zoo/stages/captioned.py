"""Reference captions: the corpus's own where it brings some, else written about the measured cues."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from zoo.acoustics.cues import Cues
from zoo.data.utterance import Utterance
from zoo.text.trace import think_of
from zoo.text.writer import write


def captioned(utterances: Sequence[Utterance], style: str) -> list[Utterance]:
    """Utterances, each with its caption in `reasoning`; the same one on every machine."""
    return [replace(u, reasoning=think_of(u.reasoning) or _written(u, style)) for u in utterances]


def _written(utterance: Utterance, style: str) -> str:
    return write(
        utterance.cues or Cues(),
        str(utterance.emotion),
        Random(f"caption {utterance.key}"),
        gender=utterance.gender,
        transcription=utterance.transcription,
        style=style,
        language=utterance.language,
    )
