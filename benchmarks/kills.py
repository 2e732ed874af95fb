"""Kill a training again and again, and see whether it ends as one that never was: the same losses, the same bytes.

    python -m benchmarks.kills [--kills 10] [--seed 1]

Each stage is trained at test size in processes of its own, stopped by SIGTERM, SIGINT and SIGKILL at random moments of
random steps, and resumed each time.
"""

import argparse
import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

PROJECT = Path(__file__).resolve().parents[1]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
LONGEST_S = 180.0  # of one process from its start to the step it is stopped in
RECIPE = """\
seed: 3
encoder: {name: whisper-test}
prosody: {name: frame-cues, tokens: true, hidden: 16}
adapter: {name: conv-mlp, stride: 4, hidden: 32}
backbone: {name: qwen3-test}
data: {name: prosodia, train: 36, test: 9, utterances_per_step: 2}
trainer: {lr: 4.0e-3, warmup_steps: 2, decay: cosine, save_every_steps: 1, evaluate: false,
          accelerator: cpu, devices: 1}
"""
BASE = "{base}"  # stands for the checkpoint of the first stage's run that was left alone
STAGES: dict[str, tuple[str, ...]] = {
    "sft": ("stage.name=sft", "trainer.max_steps=240"),  # until some answers have the form: a policy needs a spread
    "judge": ("stage.name=judge", "stage.group_size=4", "scorer.name=judge-head", "trainer.max_steps=40"),
    "grpo-ptr": (
        f"start_from={BASE}",
        "backbone.lora={rank: 4, dropout: 0.1}",
        "stage={name: grpo-ptr, group_size: 6, max_new_tokens: 70, updates: 2, show_every: 0}",
        "rewards={format: {}, outcome: {}, reasoning: {schedule: {name: progressive, accuracy: 0.0, window: 3}}}",
        "trainer.max_steps=30",
    ),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a run that was killed: signals sent, and what differs from a run left alone.

    `repeated` steps were made twice, since a kill came before their state was written; of `unlogged` ones the line was
    lost, since it came between their state and their line.
    """

    kills: tuple[int, ...]
    steps: int
    repeated: int
    unlogged: int
    different: tuple[str, ...]


def survive(folder: Path, name: str, kills: int, seed: int) -> Outcome:
    """Train a stage once left alone and once killed `kills` times, each in a folder of its own in `folder`.

    Stages come in the order of `STAGES`: a policy starts from the base trained before.
    """
    recipe = folder / "small.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    words = [word.replace(BASE, str(folder / "base")) for word in STAGES[name]]
    steps = int(words[-1].rpartition("=")[2])
    whole, killed = folder / name / "whole", folder / name / "killed"
    _finish(_start(whole, recipe, words))
    draw, sent = random.Random(seed), []
    for kill in range(kills):
        run = _start(killed, recipe, words, resume=kill > 0)
        wanted = round(steps * (kill + draw.uniform(0.2, 0.8)) / kills)  # the step it is killed in, about
        _until(run, killed, wanted)
        time.sleep(draw.uniform(0.0, 0.2))
        sent.append(SIGNALS[kill % len(SIGNALS)])
        run.send_signal(sent[-1])
        run.wait(timeout=LONGEST_S)
    _finish(_start(killed, recipe, words, resume=kills > 0))
    if not (folder / "base").exists():
        (folder / "base").symlink_to(_checkpoint(whole))
    alone, again = dict(_rows(whole)), list(_rows(killed))
    # A step may lack what an earlier step of the same process logged, such as its rollout's figures.
    different = [
        f"step {step}: {row} for {alone.get(step)}"
        for step, row in again
        if "loss" not in row or not row.items() <= alone.get(step, {}).items()
    ]
    unlogged = alone.keys() - {step for step, _ in again}
    if len(unlogged) > sent.count(signal.SIGKILL):
        different.append(f"steps {sorted(unlogged)} are missing")
    if _weights(whole) != _weights(killed):
        different.append("the weights at the end")
    repeated = len(again) + len(unlogged) - len(alone)
    return Outcome(tuple(sent), len(alone), repeated, len(unlogged), tuple(different))


def _start(place: Path, recipe: Path, words: Sequence[str], resume: bool = False) -> "subprocess.Popen[bytes]":
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "zoo.fit", str(recipe), *words, *(["--resume"] if resume else [])]
    with (place / "log.txt").open("ab") as log:  # not a pipe: one that nobody reads fills up and stops the run
        return subprocess.Popen(
            command,
            cwd=place,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=log,
            stderr=log,
            # a job in the background of a shell ignores Ctrl-C, and what it starts inherits that
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )


def _finish(run: "subprocess.Popen[bytes]") -> None:
    if run.wait(timeout=LONGEST_S):
        raise SystemExit(f"a run left alone ended with {run.returncode}: {' '.join(map(str, run.args))}")


def _until(run: "subprocess.Popen[bytes]", place: Path, step: int) -> None:
    """Wait until a state and a logged step are there, `step` if possible; a run that ended is an error."""
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        if run.poll() is not None:
            raise SystemExit(f"it ended by itself with {run.returncode}; see {place / 'log.txt'}")
        if list(place.glob("runs/*/*/resume/last.ckpt")) and max((s for s, _ in _rows(place)), default=-1) >= step:
            return
        time.sleep(0.02)
    raise SystemExit(f"step {step} never came; see {place / 'log.txt'}")


def _rows(place: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Every logged step of every part of a run, in the order they were made; the last line may be half written."""
    files = place.glob("runs/*/*/metrics/version_*/metrics.csv")
    for path in sorted(files, key=lambda path: int(path.parent.name.removeprefix("version_"))):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row.get("step") and None not in row.values():
                    yield int(row["step"]), {name: value for name, value in row.items() if value}


def _weights(place: Path) -> bytes:
    return (_checkpoint(place) / "model.safetensors").read_bytes()


def _checkpoint(place: Path) -> Path:
    (path,) = place.glob("runs/*/*/checkpoint")
    return path


def main() -> None:
    """Kill every stage and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10, help="of each stage")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in track(STAGES, "stages"):
            found = survive(Path(folder), name, options.kills, options.seed)
            said = "the same to the last bit" if not found.different else f"DIFFERENT: {found.different[:3]}"
            about = f"{found.repeated} made twice, {found.unlogged} not logged"
            print(f"{name}: {len(found.kills)} kills, {found.steps} steps, {about}: {said}")
            bad += len(found.different)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
