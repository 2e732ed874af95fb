"""The ablation of docs/results.md, a fold at a time: the ear, prosody SFT, cold start, every policy with every seed.

    python -m benchmarks.ablation --root <RAVDESS> --fold 1 [--encoder <folder of openai/whisper-base>] [--judge CKPT]
    python -m zoo.folds runs/compare/ablation.fold1 runs/compare/ablation.fold2 ...

What is done is not done again: the same command goes on, also with more seeds or a judge more.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

POLICIES = ["v2_rule_rewards", "v3_untrained_judge", "v4_without_trust", "v5_without_schedule", "v6_grpo_ptr"]
RECIPES = Path("recipes/ablation")


def main() -> None:
    """Train what is missing of a fold, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True, help="folder of RAVDESS")
    parser.add_argument("--fold", required=True, type=int, choices=range(1, 7), help="which four actors are held out")
    parser.add_argument("--encoder", help="folder of openai/whisper-base; from the hub if left out")
    parser.add_argument("--seeds", nargs="+", default=["17", "18", "19"])
    parser.add_argument("--policies", nargs="+", default=POLICIES, help="recipes of recipes/ablation")
    parser.add_argument("--judge", action="append", default=[], help="marks the reasoning and trained none of the rows")
    parser.add_argument("overrides", nargs="*", help="of the policies, such as rewards.reasoning.judge=<judge>")
    asked = parser.parse_args()
    weights = [f"encoder.weights={asked.encoder}"] if asked.encoder else []
    mixed = [f"data.corpora.1.root={asked.root}", f"data.corpora.1.fold={asked.fold}", *weights]
    ear = trained("a0_ear", asked.fold, mixed)
    from_ear = [f"start_from={ear}", "trainer.evaluate=false", *mixed]
    base, cold = (trained(name, asked.fold, from_ear) for name in ("b2_prosody_sft", "v1_cold_start"))
    members = [str(base), str(cold), *(str(RECIPES / f"{row}.yaml") for row in asked.policies)]
    judges = [word for judge in asked.judge for word in ("--judge", judge)]
    where = ["--on", "ravdess", f"data.root={asked.root}", f"data.fold={asked.fold}"]
    policies = [f"start_from={base}", *weights, *asked.overrides]
    verb(
        "compare", *members, *where, *policies, "--seeds", *asked.seeds, *judges, "--name", f"ablation.fold{asked.fold}"
    )


def trained(name: str, fold: int, overrides: list[str]) -> Path:
    """The checkpoint of a recipe's run in this fold: there already, or trained now."""
    runs = Path(f"runs/ablation/fold{fold}")
    if not (done := sorted(runs.glob(f"{name}/*/checkpoint"))):
        verb("fit", str(RECIPES / f"{name}.yaml"), *overrides, runs=runs)
        done = sorted(runs.glob(f"{name}/*/checkpoint"))
    return done[-1]


def verb(name: str, *words: str, runs: Path | None = None) -> None:
    """Run a verb of the zoo, and end with it where it fails."""
    env = {**os.environ, **({"ZOO_RUNS": str(runs)} if runs else {})}
    if code := subprocess.run([sys.executable, "-m", f"zoo.{name}", *words], env=env).returncode:
        sys.exit(code)


if __name__ == "__main__":
    main()
