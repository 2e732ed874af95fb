"""Sampled traces beside the audio they are about, where TensorBoard and a run's report show them."""

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lightning.pytorch.loggers import TensorBoardLogger
from torch import Tensor

from zoo.stages.resampling import Sampled
from zoo.stages.said import keep, said
from zoo.text.prompt import FORM

RATE_HZ = 16_000  # of the waves that models hear
UTTERANCES = 2  # of a step: each is 100 KB of audio for 3 s, kept in the run's folder


def show(
    loggers: Iterable[Any],
    sampled: Sampled,
    waves: list[Tensor],
    step: int,
    run: Path | None,
    form: str = FORM,
) -> None:
    """Write the first utterances of a step, each [N] at 16 kHz, with all answers, the best first.

    TensorBoard has them with their audio, a run's folder, where there is one, as lines for its report.
    """
    if run is not None:
        _keep(run, sampled, step, form)
    for board in (logger.experiment for logger in loggers if isinstance(logger, TensorBoardLogger)):
        for place in range(min(UTTERANCES, len(sampled.places))):
            board.add_audio(f"heard/{place}", waves[place].detach().cpu()[None], step, sample_rate=RATE_HZ)
            board.add_text(f"answers/{place}", _table(sampled, place), step)


def _keep(run: Path, sampled: Sampled, step: int, form: str) -> None:
    groups, scored = sampled.groups[:UTTERANCES], sampled.scored
    count, size = len(groups), len(groups[0].answers)
    tokens = sampled.rollout.mask.sum(1)[: count * size].cpu()
    parts = {name: part[:count] for name, part in scored.parts.items()}
    keep(run, said(groups, tokens, scored.total[:count], parts, scored.trust[:count], step, form))


def _table(sampled: Sampled, place: int) -> str:
    """A Markdown table of a group's answers; what they hold of markup is shown and not obeyed."""
    group, scored = sampled.groups[place], sampled.scored
    names = list(scored.parts)
    lines = [
        f"{_plain(group.utterance.key)}, **{_plain(str(group.utterance.emotion))}**, trust {scored.trust[place]:.2f}",
        "",
        "| " + " | ".join(["reward", *names, "answer"]) + " |",
        "|" + "---|" * (len(names) + 2),
    ]
    for i in scored.total[place].argsort(descending=True).tolist():
        figures = [scored.total[place, i], *(scored.parts[name][place, i] for name in names)]
        said = ["-" if figure.isnan() else f"{figure:.2f}" for figure in figures]
        lines.append("| " + " | ".join([*said, _plain(group.answers[i].text)]) + " |")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text within a Markdown cell."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "&#124;").replace("*", "&#42;")
