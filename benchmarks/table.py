"""Medians and ratios of runs that were made in pairs, as a Markdown table."""

from statistics import median
from typing import Any

PHASES = ("sampling", "reference", "update")
_KEYS = ("cpu", *(f"cpu/{phase}" for phase in PHASES))


def compare(base: list[dict[str, Any]], ours: list[dict[str, Any]], names: tuple[str, str]) -> str:
    """A row a quantity: both medians, the median of the pairs' ratios base / ours, and the ratios' range."""
    rows = [("CPU s", "cpu"), *((f"CPU s, {p}", f"cpu/{p}") for p in PHASES)]
    rows += [("wall s", "wall"), *((f"wall s, {p}", f"wall/{p}") for p in PHASES)]
    lines = [f"| a step | {names[0]} | {names[1]} | ratio | from - to |", "|---|---|---|---|---|"]
    for label, key in rows:
        pairs = [(of_run(b, key), of_run(o, key)) for b, o in zip(base, ours, strict=True)]
        lines.append(_row(label, pairs, 2))
    lines.append(_row("peak memory, MB", [(b["peak_mb"], o["peak_mb"]) for b, o in zip(base, ours, strict=True)], 0))
    return "\n".join(lines)


def ratios(label: str, base: list[dict[str, Any]], other: list[dict[str, Any]]) -> str:
    """One row: `other`'s CPU seconds, its ratio to `base` pair by pair, the ratio by phase, and its peak memory."""
    found = {
        key: [of_run(o, key) / max(of_run(b, key), 1e-9) for b, o in zip(base, other, strict=True)] for key in _KEYS
    }
    whole = found["cpu"]
    phases = " | ".join(f"{median(found['cpu/' + phase]):.2f}" for phase in PHASES)
    seconds = median(of_run(o, "cpu") for o in other)
    spread = f"{min(whole):.2f} - {max(whole):.2f}"
    peak = median(o["peak_mb"] for o in other)
    return f"| {label} | {seconds:.2f} | {median(whole):.2f} | {spread} | {phases} | {peak:.0f} |"


def of_run(run: dict[str, Any], key: str) -> float:
    """The median of one run's measured steps."""
    return median(step.get(key, 0.0) for step in run["steps"])


def _row(label: str, pairs: list[tuple[float, float]], digits: int) -> str:
    ratios = [base / max(ours, 1e-9) for base, ours in pairs]
    both = (median(base for base, _ in pairs), median(ours for _, ours in pairs))
    low, middle, high = min(ratios), median(ratios), max(ratios)
    return f"| {label} | {both[0]:.{digits}f} | {both[1]:.{digits}f} | {middle:.2f} | {low:.2f} - {high:.2f} |"
