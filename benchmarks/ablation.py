"""The ablation of docs/results.md, a fold at a time: the ear, prosody SFT, cold start, every policy with every seed.

    python -m benchmarks.ablation --root <RAVDESS> --fold 1 [--encoder <folder of openai/whisper-base>] [--judge CKPT]
    python -m zoo.folds runs/compare/ablation.fold1 runs/compare/ablation.fold2 ...

What is done is not done again: the same command goes on, also with more seeds or a judge more. `--chain whole` is the
chain that leaves no training speaker out anywhere, and `--chain enrolled` such a one that knows each speaker's habit.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

POLICIES = ("v2_rule_rewards", "v3_untrained_judge", "v4_without_trust", "v5_without_schedule", "v6_grpo_ptr")
RECIPES = Path("recipes/ablation")
ALL_SPEAKERS, VOICES = "data.speakers=[0,1]", "data.voices=[0.88,1.14]"
ENROLMENT = ("enrolment.name=speaker-mean", "enrolment.clips=24", "enrolment.habit=true")


@dataclass(frozen=True)
class Chain:
    """What is trained from the ear, of which policies start from the first, and what all, they and policies take."""

    bases: tuple[str, ...]
    policies: tuple[str, ...]
    of_all: tuple[str, ...] = ()
    of_bases: tuple[str, ...] = ()
    of_policies: tuple[str, ...] = ()


CHAINS = {
    "ablation": Chain(("b2_prosody_sft", "v1_cold_start"), POLICIES),
    "whole": Chain(("b2_prosody_sft",), POLICIES[-1:], (ALL_SPEAKERS,), ("trainer.max_steps=600",), (VOICES,)),
    "enrolled": Chain(
        ("v1_cold_start",),
        POLICIES[-1:],
        (ALL_SPEAKERS, *ENROLMENT),
        ("trainer.max_steps=200",),
        (VOICES, "stage.max_new_tokens=112"),  # a habit takes more words
    ),
}


def main() -> None:
    """Train what is missing of a fold, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True, help="folder of RAVDESS")
    parser.add_argument("--fold", required=True, type=int, choices=range(1, 7), help="which four actors are held out")
    parser.add_argument("--chain", default="ablation", choices=CHAINS, help="the table, or one row beside it")
    parser.add_argument("--encoder", help="folder of openai/whisper-base; from the hub if left out")
    parser.add_argument("--seeds", nargs="+", default=["17", "18", "19"])
    parser.add_argument("--policies", nargs="+", help="recipes of recipes/ablation; the chain's if left out")
    parser.add_argument("--judge", action="append", default=[], help="marks the reasoning and trained none of the rows")
    parser.add_argument("overrides", nargs="*", help="of the policies, such as rewards.reasoning.judge=<judge>")
    asked = parser.parse_args()
    chain, runs = CHAINS[asked.chain], Path(f"runs/{asked.chain}/fold{asked.fold}")
    of_all = [*([f"encoder.weights={asked.encoder}"] if asked.encoder else []), *chain.of_all]
    mixed = [f"data.corpora.1.root={asked.root}", f"data.corpora.1.fold={asked.fold}", *of_all]
    ear = trained("a0_ear", runs, mixed)
    from_ear = [f"start_from={ear}", "trainer.evaluate=false", *mixed, *chain.of_bases]
    bases = [str(trained(name, runs, from_ear)) for name in chain.bases]
    members = [*bases, *(str(RECIPES / f"{row}.yaml") for row in asked.policies or chain.policies)]
    judges = [word for judge in asked.judge for word in ("--judge", judge)]
    where = ["--on", "ravdess", f"data.root={asked.root}", f"data.fold={asked.fold}"]
    policies = [f"start_from={bases[0]}", *of_all, *chain.of_policies, *asked.overrides]
    name = f"{asked.chain}.fold{asked.fold}"
    verb("compare", *members, *where, *policies, "--seeds", *asked.seeds, *judges, "--name", name)


def trained(name: str, runs: Path, overrides: list[str]) -> Path:
    """The checkpoint of a recipe's run in a folder: there already, or trained now."""
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
