"""Any corpus as a manifest: JSON lines that say where the audio lies and what is known of it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError, did_you_mean
from zoo.core.fields import ALIASES, GENDERS
from zoo.core.places import find
from zoo.core.registry import corpora
from zoo.data.corpus import Corpus, refuse_shared_speakers
from zoo.data.held_out import held_out_of, in_short
from zoo.data.utterance import Utterance

SHOWN = 3  # malformed lines that a message spells out
NUMBERED = 20  # and of how many more it gives the numbers
Reader = Callable[[dict[str, Any], Path], Utterance]  # of one row; a `ValueError` says what is wrong with it


def read_manifest(path: str | Path, read: Reader | None = None) -> list[Utterance]:
    """The utterances of a manifest, duplicates (`duplicate_of`) left out; audio paths are relative to its folder.

    `read` makes an utterance of a row, `utterance_of` if None.

    Raises:
        ZooError: if there is no such file, it has no utterance, or lines are malformed (the first three are told).
    """
    file = find(path)
    if file is None or file.is_dir():
        raise ZooError(f"there is no manifest {path}; give a file of JSON lines")
    utterances: list[Utterance] = []
    wrong: list[tuple[int, str]] = []
    seen: dict[Path, int] = {}
    for number, line in _lines(file):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("not a JSON object")
            utterance = (read or utterance_of)(row, file.resolve())
            if first := seen.setdefault(utterance.audio_path, number) - number:
                raise ValueError(f"the same audio_path as line {number + first}")
        except (ValueError, TypeError, RecursionError) as error:
            reason = "not JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else error
            wrong.append((number, f"line {number}: {reason}"))
            continue
        if not row.get("duplicate_of"):
            utterances.append(utterance)
    if wrong:
        more = f" and {len(wrong) - SHOWN} more, {_numbers(wrong[SHOWN:])}" if len(wrong) > SHOWN else ""
        told = "; ".join(reason for _, reason in wrong[:SHOWN])
        raise ZooError(f"{file} has {len(wrong)} malformed lines ({told}{more}); mend them")
    if not utterances:
        raise ZooError(f"{file} has no utterance; give a JSON object a line with at least audio_path and speaker")
    return utterances


@corpora.offer("manifest")
class Manifest(Corpus):
    """A corpus from a file of JSON lines; test speakers by name, or chosen by a stable hash."""

    licence = "as its source says"
    splits = True  # into speakers to train on and speakers to test on

    def __init__(
        self,
        path: str,
        test_speakers: list[str] | None = None,
        test_share: float = 0.2,
        emotions: list[str] | None = None,
    ) -> None:
        rows = self.rows(path)
        self.emotions = _emotions(rows, emotions, path)
        rows = [u for u in rows if u.emotion is None or u.emotion in self.emotions]
        held_out = held_out_of({u.speaker for u in rows}, test_speakers, test_share, path) if self.splits else set()
        datasets = {u.dataset for u in rows}
        self.name = datasets.pop() if len(datasets) == 1 else Path(path).stem
        rows = [replace(u, dataset=self.name) for u in rows]  # one corpus, one name: it is calibrated as one
        self.split_id = f"{self.name}:test={in_short(sorted(held_out)) or 'none'}"
        self._train = [u for u in rows if u.speaker not in held_out]
        self._test = [u for u in rows if u.speaker in held_out]
        if self.splits and not (self._train and self._test):
            side = "train on" if not self._train else "test on"
            raise ZooError(f"{path} leaves nothing to {side} with {len(held_out)} test speakers; change test_speakers")
        refuse_shared_speakers(self.split_id, self._train, self._test)

    def rows(self, path: str) -> list[Utterance]:
        """Every utterance of the file."""
        return read_manifest(path)

    def train(self) -> list[Utterance]:
        """Utterances of all other speakers."""
        return list(self._train)

    def test(self) -> list[Utterance]:
        """Utterances of the test speakers."""
        return list(self._test)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ZooError(f"{file} is not UTF-8 text; a manifest is a file of JSON lines") from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _numbers(wrong: Sequence[tuple[int, str]]) -> str:
    """The line numbers, as many as a message can hold."""
    return (
        "lines " + ", ".join(str(number) for number, _ in wrong[:NUMBERED]) + (" ..." if len(wrong) > NUMBERED else "")
    )


def utterance_of(row: dict[str, Any], manifest: Path) -> Utterance:
    """One row; a `ValueError` says what is wrong with it."""
    known = known_fields(row)
    audio_path, speaker, gender = known["audio_path"], known["speaker"], known["gender"]
    if audio_path is None:
        raise ValueError("no audio_path")
    if speaker is None:
        raise ValueError("no speaker, without which no split is safe")
    return Utterance(
        audio_path=manifest.parent / audio_path,
        dataset=known["dataset"] or manifest.stem,
        speaker=speaker,
        emotion=known["emotion"],
        gender=GENDERS.get(gender.lower()) if gender else None,
        transcription=known["transcription"],
        language=known["language"] or "en",
        sentence=known["sentence"] or known["transcription"],
    )


def known_fields(row: dict[str, Any]) -> dict[str, str | None]:
    """The text of each field of an utterance under any of its names; a `ValueError` for one that is no text."""
    return {name: _text(row, name, keys) for name, keys in ALIASES.items()}


def _text(row: dict[str, Any], name: str, keys: Sequence[str]) -> str | None:
    for key in keys:
        value = row.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and name == "speaker":
            value = str(value)  # a speaker may be a number
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{key} is {value!r}, not text")
        if value and value.strip():
            return value.strip()
    return None


def _emotions(rows: list[Utterance], asked: list[str] | None, path: str) -> tuple[str, ...]:
    found = sorted({u.emotion for u in rows if u.emotion is not None})
    for emotion in asked or ():
        if emotion not in found:
            raise ZooError(f'{path} has no utterance with the emotion "{emotion}"{did_you_mean(emotion, found)}')
    return tuple(asked or found)
