"""A corpus that was annotated before: its cues and traces are used as they are, and not measured again.

What `zoo.annotate` writes, the released lines of EmotionCoT (arXiv 2601.15668), and stress as Stress-17K has it.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from zoo.acoustics.cue_fields import read_cues
from zoo.core.fields import field
from zoo.core.registry import corpora
from zoo.data.manifest import Manifest, read_manifest, utterance_of
from zoo.data.utterance import Utterance

UNKNOWN = "unknown"  # whoever speaks in a row that does not say who


@corpora.offer("annotations")
class Annotations(Manifest):
    """Annotated speech from JSON lines, cues and reasoning as they stand; `train_only` where speakers are not known."""

    def __init__(
        self,
        path: str,
        test_speakers: list[str] | None = None,
        test_share: float = 0.2,
        emotions: list[str] | None = None,
        train_only: bool = False,
    ) -> None:
        """Read the file; with `train_only` all of it is trained on, and a row needs no speaker."""
        self.splits = not train_only
        super().__init__(path, test_speakers, test_share, emotions)

    def rows(self, path: str) -> list[Utterance]:
        """Every utterance of the file, with its cues and its trace."""
        return read_manifest(path, self._utterance)

    def _utterance(self, row: dict[str, Any], manifest: Path) -> Utterance:
        if not self.splits and field(row, "speaker") is None:
            row = {**row, "speaker": UNKNOWN}
        return annotated_utterance(row, manifest)


def annotated_utterance(row: dict[str, Any], manifest: Path) -> Utterance:
    """One row with its cues and its trace; a `ValueError` says what is wrong with it."""
    reasoning = field(row, "reasoning")
    if reasoning is not None and not isinstance(reasoning, str):
        raise ValueError(f"reasoning is {reasoning!r}, not text")
    return replace(utterance_of(row, manifest), cues=read_cues(row), reasoning=reasoning)
