"""A blind sheet: which answers of which systems people mark, in which order, and the key that tells them apart."""

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.report.saved import read_saved
from zoo.stages.said import Said

APART = 3  # a repeat is drawn from the first third of a sheet and put into the last: a rater has forgotten it
ID_LETTERS = 6  # of a sheet's own name, so that an item of another sheet is known as such


@dataclass(frozen=True)
class Item:
    """One text to mark, and what raters are not to know of it. Plain types."""

    item: str  # its id, which tells its place on the sheet and no more
    system: str
    utterance: str
    dataset: str
    speaker: str
    emotion: str  # the reference
    answer: str  # "" where the text has no form
    text: str  # the reasoning; the whole text where it has no form
    audio_path: str
    judges: Mapping[str, Sequence[float]]  # each judge's scores in [0, 1], in the order of CRITERIA
    repeats: str | None = None  # the id of the item that it shows again


@dataclass(frozen=True)
class Sheet:
    """Items in the order in which they are shown; `emotions` are each data set's option list."""

    name: str
    seed: int
    split: str
    emotions: Mapping[str, Sequence[str]]
    items: tuple[Item, ...]


def read_systems(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Evaluations by the name of their system: the file's, or its whole path where two files are named alike.

    Raises:
        ZooError: a file is no evaluation with texts, stands there twice, or is of another split or other options.
    """
    stems = Counter(path.stem for path in paths)
    systems: dict[str, dict[str, Any]] = {}
    for path in paths:
        name = path.stem if stems[path.stem] == 1 else str(path)
        if name in systems:
            raise ZooError(f"{path} stands there twice; give each system's evaluation once")
        saved = read_saved(path)
        if not saved.get("said"):
            raise ZooError(f"{path} keeps no texts of its answers; write it again with zoo.evaluate --save FILE")
        first = next(iter(systems.values()), saved)
        if saved["figures"].get("split") != first["figures"].get("split") or saved["emotions"] != first["emotions"]:
            raise ZooError(f"{path} is of another split or other options than {paths[0]}; evaluate all on the same")
        systems[name] = saved
    return systems


def draw(systems: Mapping[str, Mapping[str, Any]], utterances: int, repeats: float, seed: int) -> Sheet:
    """Draw so many utterances and put every system's answer to each on a sheet; `repeats` is a share of its items.

    Everything on the sheet is heard once before anything is heard again, in an order of its own for each round; which
    system speaks in which round is drawn for every utterance.

    Raises:
        ZooError: no utterance was answered by all systems.
    """
    rng = random.Random(seed)
    answers = {name: _answers(name, saved) for name, saved in systems.items()}
    first = next(iter(answers.values()))
    shared = [key for key in first if all(key in mine for mine in answers.values())]
    if not shared:
        raise ZooError("no utterance was answered by all of these systems; evaluate all on the same split")
    picked = balanced([first[key] for key in shared], utterances, rng)
    orders = {key: rng.sample(list(answers), len(answers)) for key in picked}
    rounds = [rng.sample(picked, len(picked)) for _ in answers]
    items = [answers[orders[key][turn]][key] for turn, keys in enumerate(rounds) for key in keys]
    again = _repeated(items, repeats, rng)
    said = json.dumps([seed, [[one.utterance, one.text] for one in again]])
    name = "s" + hashlib.sha256(said.encode()).hexdigest()[: ID_LETTERS - 1]
    named: dict[tuple[str, str], str] = {}  # (utterance, system): the item that showed it first
    numbered = []
    for number, one in enumerate(again, 1):
        item = f"{name}-{number:03}"
        before = named.setdefault((one.utterance, one.system), item)
        numbered.append(replace(one, item=item, repeats=None if before == item else before))
    some = next(iter(systems.values()))
    return Sheet(name, seed, some["figures"]["split"], some["emotions"], tuple(numbered))


def balanced(rows: Sequence[Item], count: int, rng: random.Random) -> list[str]:
    """The keys of `count` utterances, at most: of the emotion that is rarest so far, and of it the rarest speaker."""
    left = rng.sample(rows, len(rows))
    picked: list[str] = []
    emotions: Counter[tuple[str, str]] = Counter()
    speakers: Counter[tuple[str, str]] = Counter()
    while left and len(picked) < count:
        row = min(left, key=lambda r: (emotions[r.dataset, r.emotion], speakers[r.dataset, r.speaker]))
        left.remove(row)
        picked.append(row.utterance)
        emotions[row.dataset, row.emotion] += 1
        speakers[row.dataset, row.speaker] += 1
    return picked


def key(sheet: Sheet) -> str:
    """What a sheet is read back with, as JSON."""
    return json.dumps(asdict(sheet), indent=1, ensure_ascii=False) + "\n"


def read_key(path: Path) -> Sheet:
    """Read a sheet's key. Raises a `ZooError` if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Sheet(**{**found, "items": tuple(Item(**row) for row in found["items"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ZooError(f"{path} is no key of a sheet ({error}); give the folder that zoo.sheet write made") from None


def _answers(system: str, saved: Mapping[str, Any]) -> dict[str, Item]:
    """A system's answers by utterance; those that a judge marked come with its scores."""
    texts = {row["key"]: Said(**row) for row in saved["said"]}
    traces = {name: row.trace for name, row in texts.items()}
    judges: dict[str, dict[str, Sequence[float]]] = {}
    for mark in saved.get("marked") or ():
        if mark["scores"] is not None:
            judges.setdefault(mark["key"], {})[mark["judge"]] = mark["scores"]
    return {
        row["key"]: Item(
            item="",
            system=system,
            utterance=row["key"],
            dataset=row["dataset"],
            speaker=row["speaker"],
            emotion=row["emotion"],
            answer=row["answer"],
            text=trace.think if (trace := traces[row["key"]]) else texts[row["key"]].text,
            audio_path=texts[row["key"]].audio_path,
            judges=judges.get(row["key"], {}),
        )
        for row in saved["rows"]
        if row["key"] in texts
    }


def _repeated(items: list[Item], share: float, rng: random.Random) -> list[Item]:
    """The items, some of the first third once more among the last."""
    third = len(items) // APART
    again, start = list(items), len(items) - third
    for item in rng.sample(items[:third], min(third, math.ceil(share * len(items)))):
        again.insert(rng.randint(start, len(again)), item)
    return again
