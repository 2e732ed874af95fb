"""Running a comparison's members, each in processes of its own, so that an interrupted comparison goes on.

A comparison's folder holds `plan.json` and one folder a member: its training's run, `fit.log`, `evaluate.log`,
`rows.jsonl`, and at the end `result.json`. What has a result is not done again; a training without one is resumed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from zoo.core.checkpoint import CARD, read_checkpoint
from zoo.core.console import message
from zoo.core.errors import ZooError
from zoo.core.lines import Appender, read_lines, replaced
from zoo.stages.members import Comparison, Member

PLAN, RESULT, ROWS, STARTS = "plan.json", "result.json", "rows.jsonl", "starts.jsonl"
STATE = "*/*/resume/last.ckpt"  # under a member's runs/
DONE = f"*/*/checkpoint/{CARD}"


def open_folder(folder: Path, comparison: Comparison) -> None:
    """Make a comparison's folder, or take up the one that is there, to which members, seeds and judges may be added.

    A `ZooError` if it is another comparison's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan, path = json.loads(json.dumps(comparison.to_dict())), folder / PLAN
    if path.exists():
        held = json.loads(path.read_text(encoding="utf-8"))
        same = all(held[key] == plan[key] for key in ("data", "split"))
        if not same or any(member not in plan["members"] for member in held["members"]):
            raise ZooError(f"{folder} holds another comparison, or a recipe of it was changed; give another --name")
    with replaced(path) as file:
        file.write(json.dumps(plan, indent=1, ensure_ascii=False) + "\n")


def run_members(folder: Path, comparison: Comparison) -> list[dict[str, Any]]:
    """Train and evaluate what is not finished, one after the other; every member's result, with its rows.

    Raises:
        ZooError: members failed; the others are finished then. Or two were tested on other utterances.
    """
    failed = []
    for number, member in enumerate(comparison.members, 1):
        place = folder / member.name
        if _is_finished(place, comparison.evaluation):
            message(f"{number} of {len(comparison.members)}: {member.name} is finished")
            continue
        place.mkdir(exist_ok=True)
        try:
            with Appender(place / STARTS) as starts:  # holds the member: another comparison of it waits or ends
                _run(member, comparison, place, starts, f"{number} of {len(comparison.members)}: {member.name}")
        except ZooError as error:
            message(str(error))
            failed.append(member.name)
    if failed:
        raise ZooError(
            f"{len(failed)} of {len(comparison.members)} members failed ({', '.join(failed)}), the others are "
            "finished; mend it and give the same command again"
        )
    results = [_result(folder / member.name) for member in comparison.members]
    keys = [{(row["dataset"], row["key"]) for row in result["rows"]} for result in results]
    for member, mine in zip(comparison.members, keys, strict=True):
        if mine != keys[0]:
            raise ZooError(
                f"{member.name} was tested on {len(mine)} utterances and {comparison.members[0].name} on "
                f"{len(keys[0])}, not the same ones, so they cannot be compared"
            )
    return results


def _run(member: Member, comparison: Comparison, place: Path, starts: Appender, title: str) -> None:
    """Train, if it is a recipe's, and evaluate; then write the result."""
    trained: dict[str, Any] = {}
    checkpoint = member.source
    if member.seed is not None:
        folder = _train(member, place, starts, title)
        checkpoint, cost = str(folder), yaml.safe_load((folder / CARD).read_text(encoding="utf-8"))["cost"]
        trained = {**cost, "seconds": cost["seconds"] + _earlier_s(place)}
    message(f"{title}: evaluating on {comparison.split}, {place / 'evaluate.log'}")
    words = ["zoo.evaluate", checkpoint, f"data={json.dumps(comparison.data)}", *comparison.evaluation]
    figures = _child([*words, "--rows", str(place / ROWS)], place / "evaluate.log", place, starts)
    if figures["split"] != comparison.split:
        raise ZooError(f"{member.name} was evaluated on {figures['split']}, and not on {comparison.split}")
    stage = read_checkpoint(checkpoint).recipe["stage"]["name"]
    result = {"name": member.name, "stage": stage, "checkpoint": checkpoint, "figures": figures, "training": trained}
    result["evaluation"] = comparison.evaluation
    with replaced(place / RESULT) as file:
        file.write(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def _train(member: Member, place: Path, starts: Appender, title: str) -> Path:
    """The checkpoint of a recipe's run: trained now, resumed, or there already."""
    runs = place / "runs"
    if done := sorted(runs.glob(DONE)):
        return done[-1].parent
    states = sorted(runs.glob(STATE))
    if not states:
        shutil.rmtree(runs, ignore_errors=True)  # it was stopped before its first state
    message(f"{title}: {'resuming' if states else 'training'}, {place / 'fit.log'}")
    starts.write({"at": time.time(), "resumes": states[-1].stat().st_mtime if states else None})
    words = ["zoo.fit", member.source, *member.overrides, *(["--resume"] if states else [])]
    _child(words, place / "fit.log", place, starts)
    return sorted(runs.glob(DONE))[-1].parent


def _earlier_s(place: Path) -> float:
    """Seconds of trainings that were interrupted, up to the state that the next one resumed from."""
    starts = [row for _, row in read_lines(place / STARTS)]
    return sum(max(0.0, after["resumes"] - before["at"]) for before, after in pairwise(starts) if after["resumes"])


def _child(words: Sequence[str], log: Path, place: Path, starts: Appender) -> dict[str, Any]:
    """Run a verb in a process of its own, all it says in a log; what it gives with `--json`.

    It holds the member's lock too: should this process be killed and not that one, nobody trains the same run twice.
    """
    command = [sys.executable, "-m", *words, "--json"]
    env = {**os.environ, "ZOO_RUNS": str(place / "runs")}
    with (
        log.open("ab") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, env=env, pass_fds=[starts.fileno()]) as child,
    ):
        try:
            told, _ = child.communicate()
        except KeyboardInterrupt:
            child.wait()  # it heard Ctrl-C as well, and ends with its state kept
            raise
    if child.returncode:
        said = log.read_text(encoding="utf-8", errors="replace").strip().split("\n")
        raise ZooError(f"{place.name}: {words[0]} ended with {child.returncode}: {said[-1]}; all it said is in {log}")
    found: dict[str, Any] = json.loads(told.decode().strip().split("\n")[-1])
    return found


def finished(folder: Path) -> tuple[str, list[tuple[Member, dict[str, Any]]]]:
    """The split of a comparison that is done, and its members with their results, in its order.

    Raises:
        ZooError: the folder holds no comparison, or one with members that are not finished.
    """
    try:
        plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ZooError(f"{folder} holds no comparison; make one with zoo.compare --name NAME") from None
    members = [Member(**row | {"overrides": tuple(row["overrides"])}) for row in plan["members"]]
    for member in members:
        if not _is_finished(folder / member.name, plan["evaluation"]):
            raise ZooError(f"{member.name} of {folder} is not finished; give its zoo.compare again")
    return plan["split"], [(member, _result(folder / member.name)) for member in members]


def _is_finished(place: Path, evaluation: Sequence[str]) -> bool:
    """Whether a member has a result, of an evaluation that was told the same: a judge more is another evaluation."""
    path = place / RESULT
    if not path.exists():
        return False
    told = list(evaluation)
    return bool(json.loads(path.read_text(encoding="utf-8")).get("evaluation", told) == told)  # an older one is silent


def _result(place: Path) -> dict[str, Any]:
    """A member's result and its rows."""
    result: dict[str, Any] = json.loads((place / RESULT).read_text(encoding="utf-8"))
    return {**result, "rows": [row for _, row in read_lines(place / ROWS)]}
