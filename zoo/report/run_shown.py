"""What the page of a run or of an evaluation is made of, from the run's folder and what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from zoo.core.checkpoint import read_checkpoint
from zoo.core.on_test import is_test
from zoo.core.recipe import Recipe
from zoo.data.loader import SpeechData
from zoo.report.logged import logged
from zoo.report.measures import measures
from zoo.report.run_page import Shown
from zoo.stages.compared_data import overlap
from zoo.stages.said import Said, kept
from zoo.stages.score import Told


def finished_run(
    run: Path,
    recipe: Recipe,
    data: SpeechData,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    told: Sequence[Told],
    said: Sequence[Said],
    cost: Mapping[str, Any],
) -> Shown:
    """A run that came to its end."""
    figures: dict[str, Any] = {**after, "split": data.corpus.split_id} if after else {}
    if told:
        sections: Any = OmegaConf.to_container(recipe.config, resolve=True)
        heard = overlap(data, recipe.section("data"), sections)
        figures |= measures([asdict(row) for row in told], data.emotions) | heard
    about = [_about(recipe, run), f"{cost['steps']} steps in {cost['seconds']} s on {cost['device']}; held out: "]
    about[-1] += data.corpus.split_id
    return Shown(recipe.name, about, figures, before, said, logged(run), kept(run))


def stopped_run(run: Path, recipe: Recipe, step: int) -> Shown:
    """A run that was stopped: what it logged so far."""
    about = [
        _about(recipe, run),
        f"Stopped at step {step}: there are no figures on held-out speakers after training yet.",
    ]
    return Shown(f"{recipe.name}, stopped", about, logged=logged(run), samples=kept(run))


def evaluated(recipe: Recipe, figures: Mapping[str, Any], said: Sequence[Said]) -> Shown:
    """An evaluation."""
    cost = figures["cost"]
    pace = f"{cost['seconds']} s on {cost['device']}, {cost['utterances_per_s']:.2f} utterances a second"
    about = [f"Evaluated by zoo.evaluate: {recipe.config['start_from']}", f"{figures['split']}; {pace}"]
    name = read_checkpoint(str(recipe.config["start_from"])).card.get("name", recipe.name)
    stage = str(recipe.section("stage")["name"])
    asked = f": {stage.replace('-', ' ')}" if is_test(stage) else ""
    return Shown(f"{name} on {figures['split']}{asked}", about, figures, said=said)


def _about(recipe: Recipe, run: Path) -> str:
    base = recipe.config.get("start_from")
    return f"Trained by zoo.fit, stage {recipe.section('stage')['name']}, from {base or 'nothing'}; run {run}"
