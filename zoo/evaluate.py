"""Evaluate a checkpoint on held-out speakers: `python -m zoo.evaluate CKPT [--on CORPUS] [data.key=value ...]`.

`--on prosody-perception` asks about pitch, speed, energy, intonation and stress instead of emotions, on prosodia or on
`data.corpus=NAME` with the corpus's own options. `--on faithfulness` asks, on the same, whether the explanations are
about the signal: grounding of the claims, and what edits of the audio do to them.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.core.check import check
from zoo.core.checkpoint import RECIPE, Checkpoint, read_checkpoint
from zoo.core.console import message, run_verb
from zoo.core.errors import ZooError
from zoo.core.lines import dumps, replaced
from zoo.core.on_test import is_test, overrides_for
from zoo.core.recipe import Recipe, complete, load_recipe
from zoo.core.sections import PARTS, Trainer

if TYPE_CHECKING:
    from zoo.data.loader import SpeechData
    from zoo.stages.stage import Stage


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Load a checkpoint and a corpus, answer every held-out utterance, and return the figures."""
    options = parse(arguments)
    checkpoint = read_checkpoint(options.checkpoint)
    if is_test(options.on):
        wanted = overrides_for(options.on, checkpoint.recipe, options.overrides)
    else:
        wanted = [*([f"data.name={options.on}"] if options.on else []), *options.overrides]
    recipe = recipe_for(checkpoint, wanted)
    if options.shard:
        return evaluate_shard(recipe, options.shard, options.parts, options.judge)
    figures = evaluate(
        recipe, options.rows, options.parts, options.save, checkpoint.recipe, options.judge, options.page
    )
    trained_on = str(checkpoint.card.get("split", ""))
    if is_test(options.on) and figures["split"] not in trained_on:
        message(f"note: the checkpoint was trained on {trained_on}; speakers of this split may be among its own")
    return figures


def recipe_for(checkpoint: Checkpoint, overrides: Sequence[str]) -> Recipe:
    """A checkpoint's own recipe with overrides, checked and complete, that starts from the checkpoint's weights."""
    parts = {part: checkpoint.recipe.get(part) or {} for part in PARTS}
    here = [
        f"start_from={checkpoint.folder}",
        *(f"{part}.weights={row['weights']}" for part, row in parts.items() if row.get("weights")),
        *(["data.voices=[]"] if (checkpoint.recipe.get("data") or {}).get("voices") else []),  # of training alone
    ]
    recipe = load_recipe(checkpoint.folder / RECIPE, [*here, *overrides])
    check(recipe)
    complete(recipe)
    return recipe


def evaluate(
    recipe: Recipe,
    rows: Path | None = None,
    parts: Path | None = None,
    save: Path | None = None,
    trained: Mapping[str, Any] | None = None,
    judges: Sequence[str] = (),
    page: Path | None = None,
) -> dict[str, Any]:
    """Evaluate the checkpoint that a recipe starts from on the recipe's data.

    `rows` is a file for each answer; `parts` a folder where `evaluate_shard` wrote every part, so that nothing is left
    but to add them up; `save` a file for figures, answers and judges' marks, of which `zoo.folds` and `zoo.sheet` take
    several; `trained` the recipe that the checkpoint was trained by, to say whether it has heard the speakers; `judges`
    mark the reasons; `page` is a file for a report to look at.
    """
    from zoo.report.measures import measures
    from zoo.report.run_page import write
    from zoo.report.run_shown import evaluated
    from zoo.stages.compared_data import overlap
    from zoo.stages.parts import merge_parts

    data, stage = _composed(recipe, judges)
    about_emotions = "told" in stage.counted()  # what faithfulness tells are answers to edits as well
    if save is not None and not (about_emotions and data.test_utterances):
        raise ZooError("--save keeps answers about emotions, and this evaluation has none; leave it out")
    seconds = _tested(recipe, data, stage) if parts is None else merge_parts(stage, parts, about(recipe, data, judges))
    told = [asdict(row) for row in stage.told()]
    if rows is not None:
        with replaced(rows) as file:
            file.writelines(dumps(row) + "\n" for row in told)
    figures = {**stage.results(), **_circumstances(data, stage, seconds)}
    if told and about_emotions:
        figures |= measures(told, data.emotions) | overlap(data, recipe.section("data"), trained)
    if save is not None:
        _keep(save, figures, told, data, stage)
    figures |= _show(stage, figures, data.corpus.name)
    if page is not None and write(page, lambda: evaluated(recipe, figures, stage.said())):
        message(f"report: {page}")
    return figures


def _composed(recipe: Recipe, judges: Sequence[str]) -> "tuple[SpeechData, Stage]":
    """The recipe's data, and its stage with judges in their seats."""
    from zoo.stages.compared_data import before
    from zoo.stages.compose import compose
    from zoo.stages.quality import seat

    data, stage = compose(recipe, Trainer(**recipe.section("trainer")))
    seat(stage, judges, before(recipe.config))
    return data, stage


def _tested(recipe: Recipe, data: "SpeechData", stage: "Stage") -> float:
    """Have every held-out utterance answered; the seconds that took."""
    from zoo.stages.run import trainer_for

    started = time.monotonic()
    trainer_for(None, Trainer(**recipe.section("trainer"))).test(stage, data, verbose=False)
    return time.monotonic() - started


def _circumstances(data: "SpeechData", stage: "Stage", seconds: float) -> dict[str, Any]:
    """What was evaluated on what, and what that cost."""
    from zoo.stages.memory import peak_mb

    sizes = [(p.numel(), p.requires_grad) for p in stage.model.parameters()]
    return {
        "split": data.corpus.split_id,
        "left_out": len(data.rejected),
        "parameters": sum(size for size, _ in sizes),
        "trained_parameters": sum(size for size, trained in sizes if trained),
        "cost": {
            "seconds": round(seconds, 2),
            "utterances_per_s": len(data.test_utterances) / seconds,
            "peak_mb": peak_mb(),
            "device": str(stage.device),
        },
    }


def _keep(
    path: Path, figures: Mapping[str, Any], told: Sequence[Mapping[str, Any]], data: "SpeechData", stage: "Stage"
) -> None:
    """Write figures, answers and judges' marks into one file."""
    from zoo.stages.ranks import of_all_ranks

    marked = of_all_ranks(stage.counted().get("marked", []))
    whole = {"figures": figures, "emotions": data.emotions, "rows": told}
    whole |= {"said": list(map(asdict, stage.said())), "marked": list(map(asdict, marked))}
    with replaced(path) as file:
        file.write(dumps(whole) + "\n")


def _show(stage: "Stage", figures: dict[str, Any], corpus: str) -> dict[str, Any]:
    """Print the figures in the way of their test; what is worked out for it is given back."""
    from zoo.report.faithfulness import faithfulness, show_faithfulness
    from zoo.report.perception import show_perception
    from zoo.report.quality import show_quality
    from zoo.report.results import show_figures

    more: dict[str, Any] = {}
    if (traced := stage.counted().get("traced")) is not None:
        more = faithfulness(traced)
        show_faithfulness(figures | more)
    elif "by_cue" in figures and "mean" in figures:
        show_perception(figures)
    else:
        show_figures(figures, corpus)
    if "quality" in figures:
        show_quality(figures["quality"])
    return more


def evaluate_shard(recipe: Recipe, shard: str, parts: Path | None, judges: Sequence[str] = ()) -> dict[str, Any]:
    """Evaluate one of several parts, such as "2/8", and write what was counted into the folder `parts`."""
    from zoo.data.annotating import parse_shard
    from zoo.stages.parts import write_part

    which, many = parse_shard(shard)
    if parts is None:
        raise ZooError("--shard needs a folder that all parts go to; give --parts FOLDER")
    data, stage = _composed(recipe, judges)
    said = about(recipe, data, judges)
    data.keep_shard(which, many)
    path = write_part(stage, parts, (which, many), said, _tested(recipe, data, stage))
    message(f"shard {shard}: {len(data.test_utterances)} utterances; {path}")
    return {"utterances": len(data.test_utterances), "part": str(path)}


def about(recipe: Recipe, data: "SpeechData", judges: Sequence[str] = ()) -> dict[str, Any]:
    """What the parts of one evaluation have in common."""
    sections = {key: recipe.section(key) for key in ("stage", "data", "rewards")}
    return {
        **sections,
        "start_from": str(recipe.config["start_from"]),
        "utterances": len(data.test_utterances),
        "judges": list(judges),
    }


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", help="a checkpoint's folder, or its name in checkpoints/")
    parser.add_argument(
        "--on", metavar="CORPUS", help="a corpus, prosody-perception or faithfulness; the training's if left out"
    )
    parser.add_argument(
        "overrides", nargs="*", metavar="data.key=value", help="options, such as data.root=... data.fold=2"
    )
    parser.add_argument("--rows", type=Path, metavar="FILE", help="write each answer as a JSON line")
    parser.add_argument(
        "--judge", action="append", default=[], metavar="CKPT", help="a judge that did not train it; again for a second"
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="write a report to look at, one HTML file")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write figures and answers: for zoo.folds, zoo.sheet")
    parser.add_argument("--shard", metavar="I/N", help="evaluate one of N parts; a run with --parts alone adds them up")
    parser.add_argument("--parts", type=Path, metavar="FOLDER", help="where the parts are")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))
