"""The quality of reasoning by judges that did not train the model: four criteria, and how far judges agree."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import combinations
from typing import Any

import torch

from zoo.core.checkpoint import find_checkpoint
from zoo.core.criteria import CRITERIA, JUDGED
from zoo.core.errors import ZooError
from zoo.core.registry import judges as registry
from zoo.rewards.reward import Group, Judge, JudgeFailed
from zoo.stages.judge_score import rank_agreement
from zoo.stages.judging import load_judge
from zoo.stages.ranks import of_all_ranks
from zoo.stages.stage import Stage

SAME_JUDGE = "grounding"  # the reasoning reward's, where a recipe names none


@dataclass(frozen=True)
class Marked:
    """What one judge made of one answer: four scores in [0, 1], None where there was no trace or the judge failed."""

    key: str
    judge: str
    scores: Sequence[float] | None
    failed: bool = False


class Panel:
    """Judges by name, each a checkpoint with a scorer or a name in the registry. They are not told the reference."""

    def __init__(self, names: Sequence[str], device: Callable[[], torch.device]) -> None:
        load = load_judge(device)
        self.judges: dict[str, Judge] = {
            name: registry.build(name) if name in registry.entries else load(name) for name in dict.fromkeys(names)
        }
        self.rows: list[Marked] = []

    def mark(self, group: Group) -> dict[str, float | None]:
        """Have every judge mark the one answer of a group; each judge's mean of the criteria, None without a mark."""
        hidden = replace(group, utterance=replace(group.utterance, emotion=None))
        means: dict[str, float | None] = {}
        for name, judge in self.judges.items():
            try:
                (scores,) = judge.judge(hidden)
            except JudgeFailed:
                self.rows.append(Marked(group.utterance.key, name, None, failed=True))
                means[f"{JUDGED}{name}"] = None
                continue
            self.rows.append(Marked(group.utterance.key, name, None if scores is None else astuple(scores)))
            means[f"{JUDGED}{name}"] = None if scores is None else scores.mean
        return means

    def reset(self) -> None:
        """Count from zero."""
        self.rows = []

    def results(self) -> dict[str, Any]:
        """By judge: the mean of each criterion and of all over `n` traces, `no_trace` and `failed`; `agreement`.

        Agreement is Spearman's rho and Kendall's tau of every two judges, by criterion, over the traces both marked.
        """
        rows = of_all_ranks(self.rows)
        by_judge = {name: [row for row in rows if row.judge == name] for name in self.judges}
        return {
            "judges": {name: _means(mine) for name, mine in by_judge.items()},
            "agreement": [
                {"judges": [one, other], **_agreement(by_judge[one], by_judge[other])}
                for one, other in combinations(self.judges, 2)
            ],
        }


def seat(stage: Stage, names: Sequence[str], trainings: Iterable[Mapping[str, Any]]) -> None:
    """Have judges mark the reasoning of a stage that answers, if any are named.

    Raises:
        ZooError: the stage gives no reasoning, or a judge trained the model in one of the `trainings`.
    """
    from zoo.stages.answering import Answering  # which holds the panel

    if names:
        if not isinstance(stage, Answering):
            raise ZooError("--judge marks reasoning, and this stage gives none; leave it out")
        refuse_trainers(names, list(trainings))
        stage.panel = Panel(names, lambda: stage.device)


def refuse_trainers(names: Sequence[str], trainings: Sequence[Mapping[str, Any]]) -> None:
    """Raise a `ZooError` for a judge whose marks the model, or a checkpoint before it, was trained on."""
    trained = {_who(name): name for sections in trainings for name in _judges_of(sections)}
    for name in names:
        if _who(name) in trained:
            raise ZooError(
                f"judge {name} trained this model, so it would mark its own lesson; give a judge that did not"
            )


def _judges_of(sections: Mapping[str, Any]) -> Iterator[str]:
    """The judges that a recipe's reasoning reward names."""
    reasoning = (sections.get("rewards") or {}).get("reasoning")
    if reasoning is not None:
        judge = reasoning.get("judge", SAME_JUDGE)
        yield str(judge["name"] if isinstance(judge, Mapping) else judge)


def _who(name: str) -> str:
    """A judge's own name: a checkpoint's folder, however it is written."""
    folder = None if name in registry.entries else find_checkpoint(name)
    return name if folder is None else str(folder.resolve())


def _means(rows: Sequence[Marked]) -> dict[str, Any]:
    marked = [row.scores for row in rows if row.scores is not None]
    means = torch.tensor(marked, dtype=torch.float64).mean(0).tolist() if marked else [None] * len(CRITERIA)
    failed = sum(row.failed for row in rows)
    return {
        **dict(zip(CRITERIA, means, strict=True)),
        "mean": sum(means) / len(means) if marked else None,
        "n": len(marked),
        "no_trace": len(rows) - len(marked) - failed,
        "failed": failed,
    }


def _agreement(one: Sequence[Marked], other: Sequence[Marked]) -> dict[str, Any]:
    theirs = {row.key: row.scores for row in other if row.scores is not None}
    pairs = [(row.scores, theirs[row.key]) for row in one if row.scores is not None and row.key in theirs]
    if len(pairs) < 2:
        return {"n": len(pairs), "by_criterion": dict.fromkeys(CRITERIA)}
    mine, hers = (torch.tensor(side, dtype=torch.float64) for side in zip(*pairs, strict=True))
    return {
        "n": len(pairs),
        "by_criterion": {name: rank_agreement(mine[:, i], hers[:, i]) for i, name in enumerate(CRITERIA)},
    }
