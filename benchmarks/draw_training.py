"""Policies of comparisons while they trained, side by side: is the judge being gamed?

    python -m benchmarks.draw_training runs/compare/ablation.fold1 runs/compare/ablation.fold2 --out docs/ablation.svg

Draws every variant that logged the figures below: the mean of its seeds and folds, and a running mean of that. A judge
is gamed where its score of wrong answers rises as fast as that of right ones.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from zoo.report.logged import logged

FIGURES = {
    "reward_outcome": "answers that are right",
    "reasoning_right": "judge's score of right answers",
    "reasoning_wrong": "judge's score of wrong answers",
    "trust": "trust",
}
SPAN = 15  # steps of the running mean; a step is eight utterances
INCHES = (11.0, 2.9)


def main(arguments: list[str] | None = None) -> None:
    """Read the members' metrics and draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("comparisons", nargs="+", type=Path, help="folders of zoo.compare")
    parser.add_argument("--only", nargs="+", help="these variants; all if left out")
    parser.add_argument("--out", type=Path, default=Path("docs/ablation.svg"))
    options = parser.parse_args(arguments)
    runs = defaultdict(list)
    for folder in (run for comparison in options.comparisons for run in sorted(comparison.glob("*/runs/*/*"))):
        name, found = folder.parents[2].name.partition(".")[0], logged(folder)
        if found.keys() >= FIGURES.keys() and (not options.only or name in options.only):
            runs[name].append(found)
    if not runs:
        raise SystemExit(
            f"{', '.join(map(str, options.comparisons))}: no policy was trained; give folders of zoo.compare"
        )
    draw(
        {name: {column: mean([run[column] for run in of]) for column in FIGURES} for name, of in runs.items()},
        options.out,
    )
    print(f"{options.out}: {', '.join(f'{name} ({len(of)})' for name, of in runs.items())}")


def mean(runs: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """The mean of several runs at each step that any of them logged."""
    steps = sorted({step for run in runs for step in run})
    at = {step: [run[step] for run in runs if step in run] for step in steps}
    return {step: sum(values) / len(values) for step, values in at.items()}


def draw(members: Mapping[str, Mapping[str, Mapping[int, float]]], out: Path) -> None:
    """One panel a figure, one line a member."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "zoo", "svg.fonttype": "none"})  # the same in, the same bytes
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(FIGURES), figsize=INCHES, layout="constrained")
    for panel, (column, title) in zip(panels, FIGURES.items(), strict=True):
        for name, found in members.items():
            smooth = running_mean(found[column])
            panel.plot(list(smooth), list(smooth.values()), label=name, linewidth=1.4)
        panel.set_title(title, fontsize=9)
        panel.set_xlabel("step", fontsize=8)
        panel.tick_params(labelsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=8, frameon=False)
    figure.savefig(out, metadata={"Date": None})


def running_mean(values: Mapping[int, float]) -> dict[int, float]:
    """The mean of the last `SPAN` values at each step that has as many before it."""
    steps = list(values)
    return {
        steps[end - 1]: sum(values[step] for step in steps[end - SPAN : end]) / SPAN
        for end in range(SPAN, len(steps) + 1)
    }


if __name__ == "__main__":
    main()
