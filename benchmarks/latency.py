"""How long a person waits: `explain` once loaded and from a cold start, and the start-up of the commands.

python -m benchmarks.latency                                   # a synthetic voice
python -m benchmarks.latency --audio a.wav FOLDER --runs 5     # real audio, repeated or cut to each length
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from zoo.core.errors import ZooError
from zoo.core.places import PROJECT

CHECKPOINT = "emotionthinker_prosody_qwen.ravdess_prosodia"
RECIPE = "recipes/emotionthinker_qwen.yaml"
LENGTHS_S = (1, 3, 10, 30)
RATE_HZ = 16_000
SENTENCE, SPEED_WPM = "Kids are talking by the door, and nobody knows what they are waiting for.", 170.0
COMMANDS = (
    ("zoo.ls", "--help"),
    ("zoo.fit", "--help"),
    ("zoo.explain", "--help"),
    ("zoo.evaluate", "--help"),
    ("zoo.annotate", "--help"),
    ("zoo.ls",),
    ("zoo.fit", RECIPE, "--check"),
)


def environment(threads: int) -> dict[str, str]:
    """As a person's, but for the number of cores."""
    return {**os.environ, "OMP_NUM_THREADS": str(threads)}


def timed(command: tuple[str, ...], runs: int, threads: int) -> list[float]:
    """Wall seconds of a command, run after run."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=PROJECT, env=environment(threads), capture_output=True, text=True
        )
        found.append(time.perf_counter() - start)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2_000:]}")
    return found


def clips(given: list[Path], folder: Path) -> dict[int, Path]:
    """A file of each length in seconds, from the given audio or a synthetic voice."""
    import numpy as np
    import soundfile

    if given:
        from zoo.acoustics.wave import read_wave
        from zoo.data.downloaded import audio

        paths = [file for path in given for file in (sorted(audio(path)) if path.is_dir() else [path])]
        try:
            sound, rate_hz = np.concatenate([read_wave(path).samples for path in paths or given]), RATE_HZ
        except ZooError as error:
            raise SystemExit(str(error)) from None
    else:
        from zoo.acoustics.espeak import speak

        sound, rate_hz = speak(SENTENCE, "en-us", SPEED_WPM)
    longest = max(LENGTHS_S) * rate_hz
    sound = np.tile(sound, -(-longest // len(sound)))
    made = {}
    for seconds in LENGTHS_S:
        made[seconds] = folder / f"{seconds}s.wav"
        soundfile.write(made[seconds], sound[: seconds * rate_hz], rate_hz)
    return made


def loaded(args: argparse.Namespace) -> None:
    """In a process of its own: `explain` and the first token of it, once everything is loaded."""
    import torch

    import zoo
    from zoo.acoustics.wave import read_wave
    from zoo.models import explain as explaining
    from zoo.models.frame_cache import FrameCache

    model = zoo.load(args.checkpoint)
    known = next(iter(model.knowledge.emotions.values()))

    def first_token(path: Path) -> None:
        with torch.no_grad():
            model.frame_cache = FrameCache()  # nothing is remembered
            heard = model.listen([torch.from_numpy(read_wave(path).samples)])
            explaining.sample(model.backbone, model.prompt(heard, [known]), max_new_tokens=1, temperature=0.0)

    def whole(path: Path) -> None:
        model.frame_cache = FrameCache()  # nothing is remembered
        explaining.explain(model, path)

    rows = {}
    for seconds, path in json.loads(args.loaded).items():
        rows[seconds] = {}
        for name, action in (("first token", first_token), ("whole answer", whole)):
            action(path)
            rows[seconds][name] = []
            for _ in range(args.runs):
                start = time.perf_counter()
                action(path)
                rows[seconds][name].append(time.perf_counter() - start)
    print(json.dumps(rows))


def main() -> None:
    """Time everything and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", default=CHECKPOINT)
    parser.add_argument("--audio", type=Path, nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--loaded", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.loaded:
        loaded(args)
        return
    with tempfile.TemporaryDirectory() as place:
        files = clips(args.audio, Path(place))
        names = json.dumps({seconds: str(path) for seconds, path in files.items()})
        more = ("--loaded", names, "--runs", str(args.runs), "--checkpoint", args.checkpoint)
        command = [sys.executable, "-m", "benchmarks.latency", *more]
        done = subprocess.run(
            command, cwd=PROJECT, env=environment(args.threads), capture_output=True, text=True, check=True
        )
        warm = json.loads(done.stdout.splitlines()[-1])
        print("| audio, s | first token, s | whole answer, s | the command, cold, s (least) |\n|---|---|---|---|")
        for seconds, path in files.items():
            cold = timed(("zoo.explain", args.checkpoint, str(path)), args.runs, args.threads)
            row = [median(warm[str(seconds)][name]) for name in ("first token", "whole answer")]
            print(f"| {seconds} | {row[0]:.2f} | {row[1]:.2f} | {median(cold):.2f} ({min(cold):.2f}) |", flush=True)
    print("\n| command | s | least |\n|---|---|---|")
    for words in COMMANDS:
        took = timed(words, args.runs, args.threads)
        print(f"| `{' '.join(words)}` | {median(took):.2f} | {min(took):.2f} |", flush=True)


if __name__ == "__main__":
    main()
