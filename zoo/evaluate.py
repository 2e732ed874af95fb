"""Evaluate a checkpoint on held-out speakers: `python -m zoo.evaluate CKPT [--on CORPUS] [data.key=value ...]`."""

import argparse
import sys
from typing import Any

from zoo.core.check import check
from zoo.core.checkpoint import RECIPE, read_checkpoint
from zoo.core.console import run_verb
from zoo.core.recipe import PARTS, Recipe, Trainer, complete, load_recipe


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Load a checkpoint and a corpus, answer every held-out utterance, and return the figures."""
    options = parse(arguments)
    checkpoint = read_checkpoint(options.checkpoint)
    folder, parts = checkpoint.folder, {part: checkpoint.recipe.get(part) or {} for part in PARTS}
    here = [
        f"start_from={folder}",
        *(f"{part}.weights={row['weights']}" for part, row in parts.items() if row.get("weights")),
    ]
    corpus = [f"data.name={options.on}"] if options.on else []
    recipe = load_recipe(folder / RECIPE, [*here, *corpus, *options.overrides])
    check(recipe)
    complete(recipe)
    return evaluate(recipe)


def evaluate(recipe: Recipe) -> dict[str, Any]:
    """Evaluate the checkpoint that a recipe starts from on the recipe's data."""
    from zoo.report.results import show_figures
    from zoo.stages.compose import compose
    from zoo.stages.run import trainer_for

    settings = Trainer(**recipe.section("trainer"))
    data, stage = compose(recipe, settings)
    trainer_for(None, settings).test(stage, data, verbose=False)
    figures = {**stage.results(), "split": data.corpus.split_id, "left_out": len(data.rejected)}
    show_figures(figures, data.corpus.name)
    return figures


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zoo.evaluate", description=__doc__)
    parser.add_argument("checkpoint", help="a checkpoint's folder, or its name in checkpoints/")
    parser.add_argument("--on", metavar="CORPUS", help="the corpus; that of the training if left out")
    parser.add_argument(
        "overrides", nargs="*", metavar="data.key=value", help="options, such as data.root=... data.fold=2"
    )
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))
