"""Make a stopped run's state a checkpoint that others load: `python -m zoo.consolidate runs/NAME/TIME`.

The state may be of any number of ranks and of any strategy; no GPU is needed. A run that comes to its end has its
checkpoint already.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from zoo.core.check import check
from zoo.core.console import message, run_verb
from zoo.core.errors import ZooError
from zoo.core.recipe import complete, load_recipe
from zoo.core.sections import Trainer


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Build the run's recipe, give it the trained tensors of its state, and write `checkpoint/` in the run's folder."""
    options = parse(arguments)
    from zoo.stages.compose import compose
    from zoo.stages.run import latest_state, read_state, save_checkpoint

    run = options.run
    state = latest_state(run)
    if not state.is_file():
        raise ZooError(f"there is no state in {run}; give a run's folder, such as runs/emotionthinker_qwen/<time>")
    recipe = load_recipe(run / "recipe.yaml")
    recipe.path = options.run.parent.with_suffix(".yaml")  # a run's folder lies in one of its recipe's name
    check(recipe)
    complete(recipe)
    data, stage = compose(recipe, Trainer(**recipe.section("trainer")))
    step = read_state(stage, state)
    folder = save_checkpoint(run, recipe, stage, data, {}, {}, {"steps": step, "stopped": True})
    message(f"step {step} of {recipe.section('trainer')['max_steps']}: {folder}")
    return {"checkpoint": str(folder), "steps": step}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.consolidate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="a run's folder")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))
