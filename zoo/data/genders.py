"""Who speaks in a row: as its manifest says, else as all clips of its speaker together say, else as its own does."""

from array import array
from pathlib import Path
from typing import Any

from zoo.acoustics.speaker_judge import Speaker, vote
from zoo.data.journal import Journal
from zoo.data.rows import BadLine, Row, read_rows

MANIFEST, SPEAKER, CLIP = "manifest", "speaker's clips", "clip"
FEWEST = 2  # clips of a speaker that are more than one clip


class Genders:
    """The gender of every row: `female`, `male` or None for unknown, and where it comes from."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str | None] = {}

    def gather(self, manifest: Path, journal: Journal) -> None:
        """Let the clips of each speaker vote, where the manifest gives no gender."""
        votes: dict[tuple[str, str], array[float]] = {}
        for row in read_rows(manifest):
            if isinstance(row, BadLine) or row.gender or not row.speaker:
                continue
            logit = (journal.read(row) or {}).get("female_logit")
            if logit is not None:
                votes.setdefault((row.dataset, row.speaker), array("d")).append(logit)
        self._known = {
            name: vote(Speaker(female_logit=logit) for logit in logits).gender
            for name, logits in votes.items()
            if len(logits) >= FEWEST
        }

    def of(self, row: Row, line: dict[str, Any]) -> tuple[str | None, str | None]:
        """The gender of a row with this line of measures, and whence: the manifest, the speaker's clips, the clip."""
        if row.gender:
            return row.gender, MANIFEST
        name = row.dataset, row.speaker or ""
        gender, whence = (self._known[name], SPEAKER) if name in self._known else (line.get("gender"), CLIP)
        return gender, whence if gender else None
