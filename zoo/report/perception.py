"""The table of `prosody-perception`: accuracy by cue, with n, beside chance and the majority answer."""

from typing import Any

from rich.console import Console
from rich.table import Table


def show_perception(figures: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    """Print the figures of one evaluation on standard error, `before` beside them where there were some."""
    console = Console(stderr=True, highlight=False, emoji=False)
    shared = f"{figures['speakers_in_both']} of {figures['test_speakers']} speakers"
    sentences = f"{figures['sentences_in_both']} of {figures['test_sentences']} sentences"
    console.print(
        f"prosody perception, {figures['split']}, n = {figures['n']}; {shared} and {sentences} are in training too:",
        soft_wrap=True,
    )
    console.print(_table(figures, before))
    for corpus, own in figures.get("by_corpus", {}).items():
        console.print(f"{corpus}, n = {own['n']}:")
        console.print(_table(own, ((before or {}).get("by_corpus") or {}).get(corpus)))
    if "prosodia" in figures["split"]:
        console.print(
            "prosodia is synthetic speech: its figures show that the road works, not how people sound", soft_wrap=True
        )


def _table(figures: dict[str, Any], before: dict[str, Any] | None) -> Table:
    """Accuracy by cue, and `before` it where there are figures of before."""
    table = Table(box=None)
    for column in ("", *(("before",) if before else ()), "accuracy", "chance", "majority", "n", "no option"):
        table.add_column(column, justify="right" if column else "left")
    for cue, row in figures["by_cue"].items():
        earlier = [_percent((before["by_cue"].get(cue) or {}).get("accuracy"))] if before else []
        shown = [_percent(row[name]) for name in ("accuracy", "chance", "majority")]
        table.add_row(cue, *earlier, *shown, str(row["n"]), str(row["outside_options"]))
    mean = [_percent(before["mean"])] if before else []
    table.add_row("mean", *mean, _percent(figures["mean"]), *(_mean(figures, name) for name in ("chance", "majority")))
    return table


def _mean(figures: dict[str, Any], name: str) -> str:
    rows = figures["by_cue"].values()
    return _percent(sum(row[name] for row in rows) / len(rows) if rows else None)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
