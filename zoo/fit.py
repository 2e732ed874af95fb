"""Train what a recipe says: `python -m zoo.fit recipes/emotionthinker_qwen.yaml [section.key=value ...]`."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.core.check import check
from zoo.core.console import message, run_verb
from zoo.core.errors import ZooError
from zoo.core.recipe import Recipe, complete, load_recipe
from zoo.core.sections import Trainer

if TYPE_CHECKING:
    from zoo.data.loader import SpeechData
    from zoo.stages.stage import Stage


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Read, check, build, evaluate, train, evaluate, save; return what `--json` prints."""
    options = parse(arguments)
    recipe = load_recipe(options.recipe, options.overrides)
    check(recipe)
    complete(recipe)
    for note in recipe.notes:
        message(f"note: {note}")
    if options.check:
        message(f"{recipe.path}: fine")
        return {"recipe": str(recipe.path), "check": "passed"}
    return fit(recipe, options.resume)


def fit(recipe: Recipe, resume: str | None = None) -> dict[str, Any]:
    """Run a checked recipe."""
    from zoo.report.plan import show_plan
    from zoo.report.profile import show_profile
    from zoo.report.results import show_results
    from zoo.report.run_page import REPORT, write
    from zoo.report.run_shown import finished_run, stopped_run
    from zoo.stages.compose import compose
    from zoo.stages.fitting import need_room
    from zoo.stages.memory import peak_mb
    from zoo.stages.provenance import write_made_with
    from zoo.stages.run import latest_state, open_run, save_checkpoint, trainer_for, way_to_resume
    from zoo.stages.saving import refused
    from zoo.stages.stopping import was_stopped

    started = time.monotonic()
    settings = Trainer(**recipe.section("trainer"))
    run = open_run(recipe, resume)
    data, stage = compose(recipe, settings)
    trainer = trainer_for(run, settings, stage)
    need_room(stage.model, trainer)
    if trainer.is_global_zero:
        show_plan(recipe, stage, data, run)
        data.write_rejected(run / "rejected.jsonl")
        write_made_with(run, data)
    before = evaluate(trainer, stage, data) if settings.evaluate else {}
    try:
        trainer.fit(stage, data, ckpt_path=latest_state(run) if resume is not None else None, weights_only=True)
        stopped = was_stopped(trainer)
    except SystemExit:  # how Lightning ends after a second Ctrl-C
        stopped = True
    except OSError as error:
        raise refused(error, run) from None
    if stopped:
        if trainer.is_global_zero:
            write(run / REPORT, lambda: stopped_run(run, recipe, trainer.global_step))
        way_out = way_to_resume(run) if latest_state(run).exists() else "start again"
        raise ZooError(f"stopped at step {trainer.global_step} of {settings.max_steps}; {way_out}")
    after = evaluate(trainer, stage, data) if settings.evaluate else {}
    profile = show_profile(stage.phases, stage) if stage.phases and trainer.is_global_zero else None

    cost = {"steps": trainer.global_step, "seconds": round(time.monotonic() - started), "device": str(stage.device)}
    cost["peak_mb"] = peak_mb()
    if resume is not None:
        cost["seconds_are_of"] = "the last part of a resumed run"
    folder = save_checkpoint(run, recipe, stage, data, before, after, cost, writes=trainer.is_global_zero)
    told, said = stage.told(), stage.said()  # of all ranks
    if not trainer.is_global_zero:
        return {}
    show_results(stage, before, after, folder, data)
    result = {"before": before, "after": after, "checkpoint": str(folder), "split": data.corpus.split_id, **cost}
    page = write(run / REPORT, lambda: finished_run(run, recipe, data, before, after, told, said, cost))
    if page is not None:
        message(f"report: {page}")
        result["report"] = str(page)
    return result if profile is None else {**result, "profile": profile}


def evaluate(trainer: Any, stage: "Stage", data: "SpeechData") -> dict[str, Any]:
    """Figures on held-out speakers."""
    trainer.test(stage, data, verbose=False)
    return stage.results()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zoo.fit", description=__doc__)
    parser.add_argument("recipe", type=Path, help="a recipe's YAML file, or its name in recipes/")
    parser.add_argument("overrides", nargs="*", metavar="section.key=value", help="changes to the recipe")
    parser.add_argument("--check", action="store_true", help="only say whether the recipe is right")
    parser.add_argument("--resume", nargs="?", const="", metavar="RUN", help="go on with the last run, or with RUN")
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    options = parser.parse_intermixed_args(arguments)
    if "=" in (options.resume or ""):  # `--resume trainer.max_steps=400`: the last run, and an override
        options.overrides.append(options.resume)
        options.resume = ""
    return options


if __name__ == "__main__":
    sys.exit(run_verb(main))
