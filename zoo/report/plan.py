"""The plan of a run: what was understood, before anything is trained."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from zoo.core.recipe import Recipe
from zoo.data.loader import SpeechData
from zoo.models.build import parts
from zoo.models.speech_lm import SpeechLM
from zoo.stages.stage import Stage


def show_plan(recipe: Recipe, stage: Stage, data: SpeechData, run: Path) -> None:
    """Print each part with its parameters, what is trained, and the rates along the arrows, on standard error."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("part", "name", "gives"):
        table.add_column(column)
    table.add_column("parameters", justify="right")
    table.add_column("trained", justify="right")
    for part, module in parts(stage.model).items():
        sizes = [(p.numel(), p.requires_grad) for p in module.parameters()]
        trained = sum(size for size, on in sizes if on)
        name = str(recipe.section(part).get("name"))
        table.add_row(
            part, name, _gives(part, stage.model), _count(sum(s for s, _ in sizes)), _count(trained) if trained else "-"
        )
    console = Console(stderr=True, highlight=False, emoji=False)
    settings = recipe.section("trainer")
    console.print(f"[bold]{recipe.name}[/]: stage {recipe.section('stage')['name']}, in {run}")
    console.print(table)
    console.print(
        f"data: {data.corpus.split_id}, {len(data.train_utterances)} training and {len(data.test_utterances)} held-out "
        f"utterances, {len(data.rejected)} left out; {settings.get('max_steps')} steps of "
        f"{data.settings.utterances_per_step} utterances",
        soft_wrap=True,
    )


def _gives(part: str, model: SpeechLM) -> str:
    """What a part hands on, and how often."""
    encoder = model.encoder
    if part == "encoder":
        windows = "" if encoder.window_s is None else f", in windows of {encoder.window_s:g} s"
        return f"frames, {encoder.frame_rate_hz:g}/s x {encoder.dim}{windows}"
    if part == "prosody":
        return "cues" if model.prosody is None or model.prosody.tokens_dim is None else "cues, and a token for each"
    if part == "adapter":
        return f"audio tokens, {encoder.frame_rate_hz / model.adapter.stride:g}/s x {model.backbone.dim}"
    if part == "scorer":
        return "marks of a trace, by four criteria"
    return "trace and answer"


def _count(parameters: int) -> str:
    return f"{parameters / 1e6:.2f} M" if parameters >= 10_000 else str(parameters)
