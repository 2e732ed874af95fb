"""Whose distribution a row is held against: its corpus's, a stored corpus's, or its speaker's other clips."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from zoo.acoustics.calibration import SMALLEST_GROUP, SMALLEST_SPEAKER, Spread, first_of
from zoo.acoustics.levels import EVERYONE, Thresholds
from zoo.acoustics.measure import Measures
from zoo.data.genders import Genders
from zoo.data.journal import Journal
from zoo.data.rows import BadLine, Row, read_rows

SPEAKER, CORPUS, STORED = "speaker", "corpus", "stored"


class Levels:
    """The thresholds by which each row is labelled: of its corpus, of a stored corpus, or of its speaker's others."""

    def __init__(
        self,
        stored: dict[str, Thresholds] | None = None,
        by_speaker: bool = False,
        smallest_group: int = SMALLEST_GROUP,
    ) -> None:
        self.stored, self.by_speaker, self.smallest_group = stored, by_speaker, smallest_group
        self._corpora: dict[str, Spread] = {}
        self._speakers: dict[tuple[str, str], Spread] = {}
        self.genders = Genders()
        self.thresholds: dict[str, Thresholds] = {}
        self.levelled: set[str] = set()  # corpora whose recordings all have the same peak: no level of energy there

    def gather(self, manifest: Path, journal: Journal) -> None:
        """Read the measures of every row, and find the thresholds; rows marked `duplicate_of` count for nothing."""
        self.genders.gather(manifest, journal)
        for row in read_rows(manifest):
            line = None if isinstance(row, BadLine) or row.is_duplicate else journal.read(row)
            if isinstance(row, BadLine) or line is None or "error" in line:
                continue
            measures, rate_pps = Measures.from_dict(line), line.get("articulation_rate_pps")
            peak_dbfs = line.get("peak_dbfs")
            gender, _ = self.genders.of(row, line)
            self._corpora.setdefault(row.dataset, Spread()).add(measures, gender, rate_pps, peak_dbfs)
            if self.by_speaker and row.speaker:
                speaker = self._speakers.setdefault((row.dataset, row.speaker), Spread())
                speaker.add(measures, None, rate_pps, peak_dbfs)
        self.thresholds = {name: spread.thresholds(self.smallest_group) for name, spread in self._corpora.items()}
        self.levelled = {name for name, spread in self._corpora.items() if spread.is_levelled}

    def of(self, row: Row, measures: Measures, rate_pps: float | None) -> tuple[Thresholds, str]:
        """The thresholds for one row, and whose they are."""
        corpus, whose = self._of_corpus(row.dataset)
        speaker = self._speakers.get((row.dataset, row.speaker or ""))
        if speaker is None or row.is_duplicate:
            return corpus, whose
        own = speaker.without(measures, rate_pps)
        return first_of(own, corpus), SPEAKER if own != Thresholds() else whose

    def to_dict(self) -> dict[str, Any]:
        """For the thresholds file: edges by corpus, the utterances behind each, and which groups fell back."""
        corpora = {name: _with_fall_back(one) for name, one in sorted(self.thresholds.items())}
        row: dict[str, Any] = {"smallest_group": self.smallest_group, "corpora": corpora}
        row |= {"levelled": sorted(self.levelled)} if self.levelled else {}
        if self.stored is not None:
            row["labelled_by"] = {name: one.to_dict() for name, one in sorted(self.stored.items())}
        if self.by_speaker:
            row["smallest_speaker"] = SMALLEST_SPEAKER
            row["speakers"] = {
                f"{dataset}/{speaker}": spread.thresholds(SMALLEST_SPEAKER).to_dict()
                for (dataset, speaker), spread in sorted(self._speakers.items())
            }
        return row

    def _of_corpus(self, dataset: str) -> tuple[Thresholds, str]:
        if self.stored is None:
            return self.thresholds.get(dataset, Thresholds()), CORPUS
        name = next(iter(self.stored)) if len(self.stored) == 1 else dataset
        found = self.stored.get(name, Thresholds())
        if dataset in self.levelled:
            found = replace(found, energy_dbfs=None)
        return found, f"{STORED}: {name}"


def _with_fall_back(thresholds: Thresholds) -> dict[str, Any]:
    """The thresholds, and for each group too small for edges of its own, what its rows are labelled by."""
    row = thresholds.to_dict()
    lost = [name.partition(".")[2] for name in thresholds.n if name.startswith("pitch_hz.")]
    other = EVERYONE if EVERYONE in thresholds.pitch_hz else None
    row["fall_back"] = {group: other for group in lost if group not in thresholds.pitch_hz and group != EVERYONE}
    return row
