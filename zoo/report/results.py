"""The end of a run: what it did to the figures, where the checkpoint lies, and what to type next."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from zoo.data.loader import SpeechData
from zoo.report.judge import show_judge
from zoo.report.measures_table import WORDS, notes, show_measures
from zoo.report.perception import show_perception
from zoo.stages.answering import Answering
from zoo.stages.stage import Stage

SHOWN = {
    "accuracy": ("accuracy", "{:.1%}"),
    "uar": ("unweighted average recall", "{:.1%}"),
    "gender": ("gender of the voice", "{:.1%}"),
    "format": ("format rate", "{:.1%}"),
    "reasoning": ("reasoning score by the judge (0-1)", "{:.3f}"),
    "grounded": ("the same by the grounding check", "{:.3f}"),
    "true_claims": ("claims that the signal bears out", "{:.1%}"),
    "transcript_wer": ("word error rate of its transcript", "{:.1%}"),
    "bleu": ("BLEU of its captions", "{:.3f}"),
    "rouge_l": ("ROUGE-L", "{:.3f}"),
    "meteor_exact_stem": ("METEOR, exact and stem", "{:.3f}"),
    "distinct_1": ("Distinct-1", "{:.3f}"),
    "distinct_2": ("Distinct-2", "{:.3f}"),
    "reward": ("total reward", "{:.3f}"),
    "answer_tokens": ("mean answer length (tokens)", "{:.1f}"),
}


def show_results(
    stage: Stage, before: dict[str, Any], after: dict[str, Any], checkpoint: Path, data: SpeechData
) -> None:
    """Print a small table before / after, the checkpoint's path, and the command that explains a wav with it."""
    console = Console(stderr=True, highlight=False, emoji=False)
    if after:
        console.print(f"held-out speakers, {data.corpus.split_id}, n = {after['n']}:", soft_wrap=True)
        table = Table(box=None)
        table.add_column("")
        table.add_column("before", justify="right")
        table.add_column("after", justify="right")
        for key, (words, form) in SHOWN.items():
            if key in after:
                table.add_row(words, form.format(before[key]) if before else "-", form.format(after[key]))
        console.print(table)
        if "by_criterion" in after:
            show_judge(after, before)
        elif "perception" in after:
            show_perception(after["perception"], before.get("perception"))
        else:
            _say_if_synthetic(console, data.corpus.split_id)
    console.print(f"checkpoint: {checkpoint}", soft_wrap=True)
    if isinstance(stage, Answering) and data.test_utterances:
        console.print(f"next: python -m zoo.explain {checkpoint} {data.test_utterances[0].audio_path}", soft_wrap=True)


def show_figures(figures: dict[str, Any], corpus: str) -> None:
    """Print the figures of one evaluation."""
    console = Console(stderr=True, highlight=False, emoji=False)
    console.print(f"held-out speakers, {figures['split']}, n = {figures['n']}:", soft_wrap=True)
    measured = "intervals" in figures
    if measured:
        show_measures(console, figures)
    table = Table(box=None, show_header=False)
    for key, (words, form) in SHOWN.items():
        if key in figures and not (measured and key in WORDS):
            table.add_row(words, form.format(figures[key]))
    console.print(table)
    for note in notes(figures) if measured else ():
        console.print(note, soft_wrap=True, markup=False)
    if "by_criterion" in figures:
        show_judge(figures)
    _say_if_synthetic(console, corpus)


def show_folds(pooled: dict[str, Any], means: dict[str, Any], count: int) -> None:
    """Print pooled figures, and beside them the means over folds with the deviation between them."""
    console = Console(stderr=True, highlight=False, emoji=False)
    console.print(f"{count} folds, pooled:")
    show_measures(console, pooled)
    table = Table(box=None, show_header=False, title=f"mean of {count} folds", title_justify="left")
    for key, row in means.items():
        spread = f"sd {100 * row['sd']:.1f} points" if row["sd"] is not None else "one fold"
        table.add_row(WORDS[key], f"{row['mean']:.1%}", spread, ", ".join(f"{value:.1%}" for value in row["each"]))
    console.print(table)
    for note in notes(pooled):
        console.print(note, soft_wrap=True, markup=False)
    _say_if_synthetic(console, pooled["split"])


def _say_if_synthetic(console: Console, corpus: str) -> None:
    if "prosodia" in corpus:
        console.print(
            "prosodia is synthetic speech: its figures show that the road works, not how people feel", soft_wrap=True
        )
