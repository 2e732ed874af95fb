"""Parts of an evaluation in a folder, one file each, and adding them up."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.lines import dumps, replaced
from zoo.stages.counts import counts, merge
from zoo.stages.stage import Stage


def write_part(stage: Stage, folder: Path, shard: tuple[int, int], about: Mapping[str, Any], seconds: float) -> Path:
    """Write what a shard's evaluation counted; `about` says of which evaluation it is a part."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{shard[0]}-of-{shard[1]}.json"
    with replaced(path) as file:
        file.write(dumps({"about": about, "seconds": seconds, **counts(stage)}) + "\n")
    return path


def merge_parts(stage: Stage, folder: Path, about: Mapping[str, Any]) -> float:
    """Add up all parts in a folder in a stage that has counted nothing yet; return their seconds.

    Raises:
        ZooError: a part is missing, or belongs to another evaluation.
    """
    there = {path.name for path in folder.glob("*-of-*.json")}
    many = len(there)
    wanted = [f"{which}-of-{many}.json" for which in range(1, many + 1)]
    if not many or set(wanted) != there:
        raise ZooError(
            f"{folder} holds {many} parts, which are not all parts of one evaluation; run every --shard first"
        )
    seconds = 0.0
    for name in wanted:
        path = folder / name
        part = json.loads(path.read_text(encoding="utf-8"))
        if part["about"] != json.loads(dumps(dict(about))):
            raise ZooError(f"{path} is a part of another evaluation; give another folder, or evaluate its shard again")
        merge(stage, part)
        seconds += part["seconds"]
    return seconds
