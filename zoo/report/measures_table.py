"""The tables of an evaluation's figures on the console, and what must be known to read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

WORDS = {
    "accuracy": "accuracy (WA)",
    "uar": "unweighted average recall (UA)",
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
}


def show_measures(console: Console, figures: Mapping[str, Any]) -> None:
    """Print accuracy, UA and F1 with intervals, recall and F1 by emotion, and the confusion of each corpus."""
    table = Table(box=None, show_header=False)
    for key, words in WORDS.items():
        ends = figures["intervals"][key]
        interval = f"[{ends[0]:.1%}, {ends[1]:.1%}]" if ends else "no interval: one speaker"
        table.add_row(words, f"{figures[key]:.1%}", interval)
    console.print(table)
    for dataset in figures["labels"]:
        console.print(_confusion(figures, dataset))


def notes(figures: Mapping[str, Any]) -> list[str]:
    """Split, overlap of speakers, n, answers outside the options, and the label map."""
    shared = figures.get("speakers_in_both")
    heard = figures.get("speakers_heard")
    said = [
        f"{figures['split']}: n = {figures['n']}, {figures['speakers']} speakers; in brackets 95 % intervals by a "
        "bootstrap over speakers",
        f"answers outside the option list, counted as wrong: {figures['outside_options']}",
    ]
    if shared is not None:
        trained = "not known" if heard is None else heard
        said.append(
            f"speakers on both sides of the split: {shared}; heard by this checkpoint's trainings on it: {trained}"
        )
    if figures.get("shares_speakers"):
        said.append(f"{figures['shares_speakers']}: its figures are not of unheard speakers")
    for dataset, row in figures.get("annotators", {}).items():
        said.append(
            f"{dataset}, every annotator's label, n = {row['n']}: any match {row['any_match']:.1%}, macro F1 with any "
            f"annotator's credit {row['any_macro_f1']:.1%}; chance {row['chance']:.1%}; always {row['majority']} "
            f"{row['majority_any_match']:.1%} and {row['majority_any_macro_f1']:.1%}"
        )
    for dataset, words in figures["labels"].items():
        mapped = ", ".join(f"{word} = {nine}" if word != nine else word for word, nine in words.items())
        said.append(f"labels of {dataset}, among the nine: {mapped}".replace("= None", "= none of them"))
    return said


def _confusion(figures: Mapping[str, Any], dataset: str) -> Table:
    """How often each emotion was answered with each, its recall and its F1."""
    matrix, words = figures["confusion"], list(figures["labels"][dataset])
    places = [matrix["rows"].index(f"{dataset}: {word}") for word in words]
    table = Table(box=None, title=f"{dataset}: said (columns) of what is true (rows)", title_justify="left")
    table.add_column("")
    for word in (*words, "other", "recall", "F1"):
        table.add_column(word, justify="right", overflow="fold")
    for word, place in zip(words, places, strict=True):
        counts: Sequence[int] = matrix["counts"][place]
        other = sum(counts) - sum(counts[i] for i in places)
        name = f"{dataset}: {word}"
        shares = [f"{figures[key][name]:.1%}" if name in figures[key] else "-" for key in ("recall", "f1")]
        table.add_row(word, *(str(counts[i]) for i in places), str(other), *shares)
    return table
