"""Accuracy of answers to multiple-choice questions, cue by cue, beside chance and the most frequent answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zoo.stages.ranks import of_all_ranks

NONE = "none of them"  # what an answer says that names no option
CUES = ("pitch", "speed", "energy", "intonation", "stress")  # in the order of the paper's table, arXiv 2601.15668


@dataclass(frozen=True)
class Answered:
    """One question: its options, the right one, and the one that was answered, None for none of them."""

    cue: str
    options: tuple[str, ...]
    right: str
    said: str | None
    dataset: str = ""


class PerceptionScore:
    """Counts answers. Ranks of a run share what they counted."""

    def __init__(self) -> None:
        self.rows: list[Answered] = []

    def update(self, cue: str, options: Sequence[str], right: str, said: str | None, dataset: str = "") -> None:
        """Count one answer."""
        self.rows.append(Answered(cue, tuple(options), right, said, dataset))

    def reset(self) -> None:
        """Count from zero."""
        self.rows = []

    def results(self) -> dict[str, Any]:
        """`mean` accuracy over the cues that were asked for, `n`, and `by_cue` what `of_cue` says.

        Of several corpora also the same for each, `by_corpus`.
        """
        rows = of_all_ranks(self.rows)
        corpora = sorted({row.dataset for row in rows})
        if len(corpora) < 2:
            return _table(rows)
        return _table(rows) | {"by_corpus": {name: _table([r for r in rows if r.dataset == name]) for name in corpora}}


def _table(rows: Sequence[Answered]) -> dict[str, Any]:
    by_cue = {cue: of_cue(mine) for cue in CUES if (mine := [row for row in rows if row.cue == cue])}
    mean = sum(row["accuracy"] for row in by_cue.values()) / len(by_cue) if by_cue else None
    return {"mean": mean, "n": len(rows), "by_cue": by_cue}


def of_cue(rows: Sequence[Answered]) -> dict[str, Any]:
    """The figures of one cue.

    accuracy; n; chance, of guessing among the options; majority, of always giving that option of the question which is
    right most often in this test, by its words or by its place, whichever is better, which knows no audio; the answers
    that name no option; and `told`, how often each right option was answered with each, by their words, or by their
    place from 1 where questions differ in their options.
    """
    right = Counter(row.right for row in rows)
    blind = sum(max(row.options, key=lambda option: (right[option], option)) == row.right for row in rows)
    places = Counter(row.options.index(row.right) for row in rows)
    by_place = sum(row.options.index(row.right) == max(range(len(row.options)), key=places.__getitem__) for row in rows)
    return {
        "accuracy": sum(row.said == row.right for row in rows) / len(rows),
        "n": len(rows),
        "chance": sum(1 / len(row.options) for row in rows) / len(rows),
        "majority": max(blind, by_place) / len(rows),
        "majority_answer": right.most_common(1)[0][0],
        "outside_options": sum(row.said is None for row in rows),
        "told": _told(rows),
    }


def _told(rows: Sequence[Answered]) -> dict[str, dict[str, int]]:
    alike = len({frozenset(row.options) for row in rows}) == 1
    told: dict[str, dict[str, int]] = {}
    for row in rows:
        names = {option: option if alike else str(place) for place, option in enumerate(row.options, 1)}
        said = told.setdefault(names[row.right], {})
        answer = names.get(row.said or "", NONE)
        said[answer] = said.get(answer, 0) + 1
    return told
