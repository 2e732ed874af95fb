"""Several folds as one figure: `python -m zoo.folds FOLD1.json FOLD2.json ...`, files of `zoo.evaluate --save`.

`python -m zoo.folds runs/compare/FOLD1 runs/compare/FOLD2 ...` pools comparisons of the same variants, a fold each.

Pooled: every answer of every fold counts once, and the intervals are over all speakers. Mean of folds: each fold's own
figure counts once, with the standard deviation between folds. Papers give either; both are printed.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from zoo.core.console import run_verb
from zoo.core.errors import ZooError


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Read the folds, refuse those that overlap, and return pooled figures and means over folds."""
    options = parse(arguments)
    if all(path.is_dir() for path in options.folds):
        return _comparisons(options.folds)
    from zoo.report.intervals import MEASURES
    from zoo.report.measures import measures
    from zoo.report.over_folds import refuse_overlap
    from zoo.report.results import show_folds
    from zoo.report.saved import read_saved

    folds = [read_saved(path) for path in options.folds]
    _refuse_other_options(options.folds, folds)
    refuse_overlap([(str(path), fold["rows"]) for path, fold in zip(options.folds, folds, strict=True)])
    rows = [row for fold in folds for row in fold["rows"]]
    means = {}
    for name in MEASURES:
        each = [fold["figures"][name] for fold in folds]
        spread = statistics.stdev(each) if len(each) > 1 else None
        means[name] = {"mean": statistics.fmean(each), "sd": spread, "each": each}
    heard = [fold["figures"]["speakers_heard"] for fold in folds]
    pooled = {
        **measures(rows, folds[0]["emotions"]),
        "split": "; ".join(fold["figures"]["split"] for fold in folds),
        "shares_speakers": "; ".join(dict.fromkeys(s for f in folds if (s := f["figures"]["shares_speakers"]))),
        "speakers_in_both": sum(fold["figures"]["speakers_in_both"] for fold in folds),
        "speakers_heard": None if None in heard else sum(heard),
    }
    show_folds(pooled, means, len(folds))
    return {"folds": len(folds), "pooled": pooled, "mean_of_folds": means}


def _comparisons(folders: list[Path]) -> dict[str, Any]:
    """Pool comparisons, print their one table and return what it says."""
    from zoo.report.comparison import compared, notes, show
    from zoo.report.over_folds import over_folds
    from zoo.stages.member_runs import finished

    folds = [finished(folder) for folder in folders]
    pooled = over_folds([(str(folder), members) for folder, (_, members) in zip(folders, folds, strict=True)])
    lines = compared(pooled)
    split = "; ".join(split for split, _ in folds)
    said = notes(lines, split, [result for _, result in pooled])
    show(lines, said)
    return {"folds": len(folds), "split": split, "members": [line.to_dict() for line in lines], "notes": said}


def _refuse_other_options(paths: list[Path], folds: list[dict[str, Any]]) -> None:
    """Folds of two corpora have no figure together."""
    for path, fold in zip(paths, folds, strict=True):
        if fold["emotions"] != folds[0]["emotions"]:
            raise ZooError(f"{path} has other option lists than {paths[0]}; pool folds of one corpus")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m zoo.folds", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folds", nargs="+", type=Path, metavar="FILE", help="evaluations of a fold each, or comparisons"
    )
    parser.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(run_verb(main))
