"""The second pass of an annotation: levels from the distributions of all measures, and one row an utterance."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.acoustics.calibration import SMALLEST_GROUP, SMALLEST_SPEAKER, Spread, first_of
from zoo.acoustics.levels import EVERYONE, Thresholds, label
from zoo.acoustics.measure import Measures
from zoo.core.fields import field
from zoo.data.journal import Journal
from zoo.data.rows import BadLine, Row, read_rows

JOURNAL_ONLY = {"key", "made_by", "audio_path", "size", "mtime_ns", "sha256", "cost_s", "doubts", "clipped_share"}
DECIMALS = 4
SPEAKER, CORPUS, STORED = "speaker", "corpus", "stored"


@dataclass(frozen=True)
class Annotated:
    """One row of the output: the fields to write, and what the report asks of it."""

    row: Row
    fields: dict[str, Any]
    measured: dict[str, Any]
    levels_of: str  # whose distribution the levels come from
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A line of the manifest that has no row in the output, and why."""

    number: int
    reason: str
    audio_path: str | None


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
        self.thresholds: dict[str, Thresholds] = {}

    def gather(self, manifest: Path, journal: Journal) -> None:
        """Read the measures of every row, and find the thresholds; rows marked `duplicate_of` count for nothing."""
        for row in read_rows(manifest):
            line = None if isinstance(row, BadLine) or row.is_duplicate else journal.read(row)
            if isinstance(row, BadLine) or line is None or "error" in line:
                continue
            measures, rate_pps = Measures.from_dict(line), line.get("articulation_rate_pps")
            self._corpora.setdefault(row.dataset, Spread()).add(measures, line.get("gender"), rate_pps)
            if self.by_speaker and row.speaker:
                self._speakers.setdefault((row.dataset, row.speaker), Spread()).add(measures, None, rate_pps)
        self.thresholds = {name: spread.thresholds(self.smallest_group) for name, spread in self._corpora.items()}

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
        if self.stored is not None:
            row["labelled_by"] = {name: one.to_dict() for name, one in sorted(self.stored.items())}
        if self.by_speaker:
            row["smallest_speaker"] = SMALLEST_SPEAKER
            row["speakers"] = {
                f"{dataset}/{speaker}": spread.thresholds(SMALLEST_SPEAKER).to_dict()
                for (dataset, speaker), spread in sorted(self._speakers.items())
            }
        return row

    def spread(self, corpus: str) -> Spread:
        """The values of a corpus, for a report."""
        return self._corpora[corpus]

    def _of_corpus(self, dataset: str) -> tuple[Thresholds, str]:
        if self.stored is None:
            return self.thresholds.get(dataset, Thresholds()), CORPUS
        if len(self.stored) == 1:
            ((name, only),) = self.stored.items()
            return only, f"{STORED}: {name}"
        return self.stored.get(dataset, Thresholds()), f"{STORED}: {dataset}"


def annotated(manifest: Path, journal: Journal, levels: Levels, out: Path) -> Iterator[Annotated | Refused]:
    """Every line of the manifest in its order, labelled, or refused with a reason."""
    for row in read_rows(manifest):
        if isinstance(row, BadLine):
            yield Refused(row.number, row.reason, row.audio_path)
            continue
        line = journal.read(row)
        if line is None or "error" in line:
            reason = "it has not been measured; run the same command again" if line is None else line["error"]
            yield Refused(row.number, reason, row.fields["audio_path"])
            continue
        yield _annotated(row, line, levels, out)


def _annotated(row: Row, line: dict[str, Any], levels: Levels, out: Path) -> Annotated:
    measures, rate_pps = Measures.from_dict(line), line.get("articulation_rate_pps")
    gender = line.get("gender")
    thresholds, levels_of = levels.of(row, measures, rate_pps)
    cues = label(measures, thresholds, gender, rate_pps)
    fields = {
        **row.fields,
        "audio_path": _seen_from(out, row),
        "pitch_level": cues.pitch,
        "energy_level": cues.energy,
        "speed_level": cues.speed,
        "intonation": measures.contour_shape,
        **{name: _rounded(value) for name, value in line.items() if name not in JOURNAL_ONLY},
        "age_level": _age(row) or line.get("age_level"),
        "levels_of": levels_of,
    }
    return Annotated(row, fields, line, levels_of, tuple(line.get("doubts") or ()))


def _rounded(value: Any) -> Any:
    """Numbers as they are published: four decimals are finer than any of them is measured."""
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return round(value, DECIMALS) if isinstance(value, float) else value


def _seen_from(out: Path, row: Row) -> str:
    """The audio path for a reader of the output, which takes it as relative to the output's folder."""
    as_written = str(row.fields["audio_path"]).strip()
    if Path(as_written).is_absolute() or (out.parent / as_written).resolve() == row.audio_path.resolve():
        return as_written
    return os.path.relpath(row.audio_path, out.parent.resolve())


def _age(row: Row) -> str | None:
    """The age level that the manifest gives; other ways of telling an age are left as they are."""
    given = field(row.fields, "age")
    return given if isinstance(given, str) and not given.isdecimal() else None


def _with_fall_back(thresholds: Thresholds) -> dict[str, Any]:
    """The thresholds, and for each group too small for edges of its own, what its rows are labelled by."""
    row = thresholds.to_dict()
    lost = [name.partition(".")[2] for name in thresholds.n if name.startswith("pitch_hz.")]
    other = EVERYONE if EVERYONE in thresholds.pitch_hz else None
    row["fall_back"] = {group: other for group in lost if group not in thresholds.pitch_hz and group != EVERYONE}
    return row
