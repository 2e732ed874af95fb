"""One GRPO step of the zoo against one of TRL: same weights, prompts, sampling, objective and threads.

    python -m benchmarks.grpo_step --against trl                       # nano, trained whole
    python -m benchmarks.grpo_step --against trl --lora 16
    python -m benchmarks.grpo_step --against trl --case smollm2 --fair --pairs 5
    python -m benchmarks.grpo_step --against trl --check               # loss and gradients agree

TRL lives in an environment of its own: `--trl-python PATH`, or one made in the zoo's cache by

    python -m venv ENV && ENV/bin/pip install torch transformers trl==1.16.0 peft
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, quiet_threads
from benchmarks.table import compare
from zoo.core.places import PROJECT, cache_folder

TRL = "1.16.0"
# float32, with the sums in another order. A loss is the mean of terms near 1 that cancel (the ratio is 1 and advantages
# sum to 0), so its tolerance is absolute; that of a gradient is relative to its length.
LOSS_TOLERANCE, ADVANTAGE_TOLERANCE, GRADIENT_TOLERANCE = 1e-6, 1e-5, 1e-4


def trl_python(given: str | None) -> str:
    """The interpreter of TRL's environment, made if need be."""
    if given:
        return given
    place = cache_folder("benchmarks") / f"trl-{TRL}"
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "torch", "transformers", f"trl=={TRL}", "peft"], check=True)
    return str(python)


def run(python: str, side: str, args: list[str], threads: int) -> None:
    """One side in a process of its own."""
    command = [python, "-m", f"benchmarks.{side}", *args]
    done = subprocess.run(command, cwd=PROJECT, env=quiet_threads(threads), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3_000:]}")


def weights(case: str, threads: int) -> Path:
    """The folder of the case's random weights, written in a process of its own so that this one stays small."""
    root = cache_folder("benchmarks") / "models"
    code = (
        f"from pathlib import Path; from benchmarks.cases import *; model_folder(CASES[{case!r}], Path({str(root)!r}))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=quiet_threads(threads), check=True)
    return root / case


def check(case: str, folder: Path, common: list[str], python: str, out: Path, threads: int) -> None:
    """Feed TRL's rollout and weights to our step and compare loss and every gradient."""
    run(python, "trl_side", [*common, "--out", str(out), "--check"], threads)
    run(sys.executable, "agree", [*common, "--out", str(out)], threads)
    found = json.loads(out.with_suffix(".json").read_text())
    print(json.dumps(found, indent=1))
    assert found["advantages"] < ADVANTAGE_TOLERANCE, "advantages differ from TRL's"
    assert found["loss difference"] < LOSS_TOLERANCE, "the loss differs from TRL's"
    assert found["gradient"] < GRADIENT_TOLERANCE, "the gradient differs from TRL's"
    print(f"{case}: advantages, loss and all {found['parameters']} gradients agree with TRL {TRL}")


def main() -> None:
    """Measure pairs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", choices=["trl"], default="trl")
    parser.add_argument("--case", default="nano", help=f"{', '.join(CASES)}, with numbers changed: nano,group=4")
    parser.add_argument("--lora", type=int, default=0, help="rank; 0 trains the model whole")
    parser.add_argument("--micro-batch", type=int, default=0, help="answers at a time in reference and update; 0: all")
    parser.add_argument("--fair", action="store_true", help="TRL's LM head at answer positions only, as on CUDA")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=2, help="measured steps of each run, after one to warm up")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--trl-python", help="python of an environment with TRL")
    parser.add_argument("--check", action="store_true", help="compare loss and gradients and stop")
    parser.add_argument("--json", type=Path, help="write the raw numbers there")
    args = parser.parse_args()
    python = trl_python(args.trl_python)
    folder = weights(args.case.split(",")[0], args.threads)
    common = [args.case, "--folder", str(folder), "--lora", str(args.lora), "--micro-batch", str(args.micro_batch)]
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "run.json"
        if args.check:
            check(args.case, folder, common, python, Path(place) / "check.pt", args.threads)
            return
        runs: dict[str, list[dict[str, Any]]] = {"trl": [], "zoo": []}
        for pair in range(args.pairs):
            order = (
                ("zoo", "trl") if pair % 2 else ("trl", "zoo")
            )  # neither is always the one that finds a warm machine
            for side in order:
                more = ["--steps", str(args.steps), "--out", str(out)]
                more += ["--fair"] if side == "trl" and args.fair else []
                run(python if side == "trl" else sys.executable, f"{side}_side", [*common, *more], args.threads)
                runs[side].append(json.loads(out.read_text()))
                print(f"pair {pair + 1} {side}: {runs[side][-1]['steps'][-1]['cpu']:.2f} CPU s", file=sys.stderr)
        if args.json:
            args.json.write_text(
                json.dumps({"arguments": vars(args) | {"json": str(args.json)}, "runs": runs}, indent=1)
            )
        print(compare(runs["trl"], runs["zoo"], ("TRL", "zoo")))


if __name__ == "__main__":
    main()
