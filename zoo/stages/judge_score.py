"""How well a judge's marks agree with the reference marks, and whether it prefers what is whole to what is damaged."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torchmetrics.functional.regression import kendall_rank_corrcoef, spearman_corrcoef

from zoo.core.criteria import CRITERIA, HIGHEST, LOWEST
from zoo.stages.ranks import of_all_ranks

Row = Sequence[float]  # the marks of one trace by criterion
FACTUAL = CRITERIA.index("factual")


@dataclass(frozen=True)
class Judged:
    """What a judge made of one utterance's traces."""

    drawn: Sequence[tuple[Row, Row]]  # reference and judge's marks of traces damaged at random
    whole: Row  # of an undamaged trace
    kinds: Sequence[tuple[Mapping[str, float], Row]]  # of the same, damaged in one way
    other_voice: Row | None  # of the undamaged trace, beside another utterance's audio


class JudgeScore:
    """Counts utterances. Ranks of a run share what they counted."""

    def __init__(self) -> None:
        self.rows: list[Judged] = []

    def update(self, judged: Judged) -> None:
        """Count one utterance."""
        self.rows.append(judged)

    def reset(self) -> None:
        """Count from zero."""
        self.rows = []

    def results(self) -> dict[str, Any]:
        """The figures.

        `spearman` (mean over the criteria), `by_criterion`: spearman, kendall, error (mean absolute, in marks) and
        `calibration`, the `reference`'s mean mark where the judge's rounds to 1 to 5, and of how many traces, `n`;
        `preferred` by kind and strength, the share of utterances whose undamaged trace has the higher mean mark (ties
        count half); `fluent_and_false` and `whole`, the mean factual marks of wholly inverted and of undamaged traces;
        `own_voice` and `other_voice`, those of undamaged traces beside their own audio and another's; `n` utterances.
        """
        rows = of_all_ranks(self.rows)
        pairs = [pair for row in rows for pair in row.drawn]
        reference, judge = (torch.tensor(side, dtype=torch.float64) for side in zip(*pairs, strict=True))
        by_criterion = {name: _agreement(judge[:, i], reference[:, i]) for i, name in enumerate(CRITERIA)}
        swapped = [row for row in rows if row.other_voice is not None]
        false = [marks[FACTUAL] for row in rows for damage, marks in row.kinds if damage == {"invert": 1.0}]
        return {
            "spearman": _mean([row["spearman"] for row in by_criterion.values()]),
            "by_criterion": by_criterion,
            "preferred": _preferred(rows),
            "whole": _mean([row.whole[FACTUAL] for row in rows]),
            "fluent_and_false": _mean(false),
            "own_voice": _mean([row.whole[FACTUAL] for row in swapped]),
            "other_voice": _mean([row.other_voice[FACTUAL] for row in swapped if row.other_voice]),
            "n": len(rows),
        }


def rank_agreement(one: Tensor, other: Tensor) -> dict[str, float | None]:
    """Spearman's rho and Kendall's tau of two judges' marks [N]; None where one gives no order to agree on."""
    flat = one.min() == one.max() or other.min() == other.max()
    return {
        "spearman": None if flat else float(spearman_corrcoef(one, other)),
        "kendall": None if flat else float(kendall_rank_corrcoef(one, other)),
    }


def _agreement(judge: Tensor, reference: Tensor) -> dict[str, Any]:
    rounded = judge.round()
    return {
        **rank_agreement(judge, reference),
        "error": float((judge - reference).abs().mean()),
        "calibration": {
            mark: {"reference": float(held.mean()) if len(held) else None, "n": len(held)}
            for mark in range(LOWEST, HIGHEST + 1)
            for held in (reference[rounded == mark],)
        },
    }


def _preferred(rows: Sequence[Judged]) -> dict[str, dict[str, float]]:
    won: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for damage, marks in row.kinds:
            ((kind, strength),) = damage.items()
            gap = sum(row.whole) - sum(marks)
            won[kind][f"{strength:g}"].append(1.0 if gap > 0 else 0.5 if gap == 0 else 0.0)
    return {kind: {strength: sum(w) / len(w) for strength, w in by.items()} for kind, by in won.items()}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
