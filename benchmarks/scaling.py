"""Step time against group size, prompt length, answer length and batch, on one rank and on two.

    python -m benchmarks.scaling                          # one number changed at a time, from the nano case
    python -m benchmarks.scaling --plot scaling.svg       # needs matplotlib
    python -m benchmarks.scaling --ranks 1 2              # two ranks share the cores: compare CPU seconds

Every row is a process of its own; its first step is not counted.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, case_of, quiet_threads
from benchmarks.grpo_step import weights
from benchmarks.table import PHASES, of_run
from zoo.core.places import PROJECT

GRID = {
    "group": (2, 4, 8, 16),
    "prompt_tokens": (75, 150, 300, 600),
    "new_tokens": (24, 48, 96, 192),
    "prompts": (1, 2, 4, 8),
}
AXES = {
    "group": "answers to a prompt (K)",
    "prompt_tokens": "prompt, tokens",
    "new_tokens": "answer, tokens",
    "prompts": "prompts a step and rank",
}
PATIENCE = timedelta(minutes=10)  # for the other rank, on a busy machine


def child(args: argparse.Namespace) -> None:
    """One rank of one row."""
    import torch
    import torch.distributed as dist
    from torch import Tensor, nn

    from benchmarks.meter import Meter
    from benchmarks.zoo_side import Side

    class Update(nn.Module):
        """The update as one module's forward, so that DistributedDataParallel sees it whole."""

        def __init__(self, side: Side) -> None:
            super().__init__()
            self.side, self.backbone = side, side.backbone

        def forward(self, *rollout: Tensor) -> Tensor:
            return self.side.loss(*rollout)

    side = Side(args.case, args.folder, args.lora)
    update: nn.Module = Update(side)
    if args.ranks > 1:
        dist.init_process_group("gloo", timeout=PATIENCE)
        torch.manual_seed(dist.get_rank())
        update = nn.parallel.DistributedDataParallel(update)
    meter = Meter()
    for _ in range(1 + args.steps):
        side.step(meter, lambda *rollout: update(*rollout).backward())
    if args.ranks == 1 or dist.get_rank() == 0:
        meter.write(args.out, warm_up=1)
    if args.ranks > 1:
        dist.destroy_process_group()


def row(case: str, folder: Path, args: argparse.Namespace, ranks: int) -> dict[str, Any]:
    """One row's numbers, of rank 0."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "run.json"
        mine = ["--case", case, "--folder", str(folder), "--lora", str(args.lora), "--steps", str(args.steps)]
        start = [sys.executable, "-m"]
        if ranks > 1:
            start += ["torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}", "-m"]
        command = [*start, "benchmarks.scaling", *mine, "--ranks", str(ranks), "--out", str(out)]
        threads = max(args.threads // ranks, 1)
        done = subprocess.run(command, cwd=PROJECT, env=quiet_threads(threads), capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr[-3_000:])
        return dict(json.loads(out.read_text()))


def plot(rows: list[tuple[str, int, int, dict[str, Any]]], path: Path) -> None:
    """A panel for each changed number: CPU seconds by phase, stacked."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise SystemExit("a plot needs matplotlib: pip install -e '.[benchmarks]'") from None
    figure, panels = plt.subplots(1, len(GRID), figsize=(3.2 * len(GRID), 3), sharey=True, constrained_layout=True)
    for panel, key in zip(panels, GRID, strict=True):
        mine = [(value, run) for name, value, ranks, run in rows if name == key and ranks == 1]
        values = [value for value, _ in mine]
        seconds = [[of_run(run, f"cpu/{phase}") for _, run in mine] for phase in PHASES]
        panel.stackplot(values, seconds, labels=PHASES, alpha=0.85)
        panel.set(xlabel=AXES[key], xlim=(values[0], values[-1]), xticks=values)
    panels[0].set_ylabel("CPU s a step")
    panels[0].legend(loc="upper left", frameon=False)
    figure.savefig(path)


def main() -> None:
    """Time the grid and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=case_of, default=CASES["nano"])
    parser.add_argument("--lora", type=int, default=0)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="of all ranks together")
    parser.add_argument("--ranks", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--plot", type=Path, help="an .svg or .png to write")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.out:
        args.ranks = args.ranks[0]
        child(args)
        return
    folder = weights(args.case.name, args.threads)
    print("| changed | to | ranks | CPU s | wall s | " + " | ".join(f"CPU s, {p}" for p in PHASES) + " | peak, MB |")
    print("|---" * (6 + len(PHASES)) + "|")
    rows = []
    for key, values in GRID.items():
        for value in values:
            for ranks in args.ranks if key == "prompts" else args.ranks[:1]:
                run = row(f"{args.case.name},{key}={value}", folder, args, ranks)
                rows.append((key, value, ranks, run))
                seconds = [of_run(run, name) for name in ("cpu", "wall", *(f"cpu/{p}" for p in PHASES))]
                numbers = " | ".join(f"{s:.2f}" for s in seconds)
                print(f"| {AXES[key]} | {value} | {ranks} | {numbers} | {run['peak_mb']:.0f} |", flush=True)
    if args.plot:
        plot(rows, args.plot)


if __name__ == "__main__":
    main()
