"""What an evaluation has counted, as plain JSON: machines that share no network evaluate a part each and merge."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torchmetrics import Metric

from zoo.stages.faithfulness import Traced
from zoo.stages.judge_score import Judged
from zoo.stages.perception_score import Answered
from zoo.stages.quality import Marked
from zoo.stages.said import Said
from zoo.stages.score import Told
from zoo.stages.stage import Stage

KINDS = {"told": Told, "asked": Answered, "judged": Judged, "traced": Traced, "marked": Marked, "said": Said}
# Of rows, by what `Stage.counted` calls them.


def counts(stage: Stage) -> dict[str, Any]:
    """What a stage's last evaluation counted in this process: the sums of its metrics, and its rows."""
    sums = {name: {state: value.tolist() for state, value in m.metric_state.items()} for name, m in _metrics(stage)}
    return {"sums": sums, "rows": {kind: [asdict(row) for row in rows] for kind, rows in stage.counted().items()}}


def merge(stage: Stage, part: Mapping[str, Any]) -> None:
    """Add what another evaluation counted to a stage's own."""
    for name, metric in _metrics(stage):
        own = metric.metric_state
        metric.merge_state({k: torch.tensor(v, dtype=own[k].dtype) for k, v in part["sums"][name].items()})
        metric._update_count += 1  # or it warns that it has seen nothing
    for kind, rows in stage.counted().items():
        rows += [KINDS[kind](**row) for row in part["rows"][kind]]


def _metrics(stage: Stage) -> list[tuple[str, Metric]]:
    return [(name, module) for name, module in stage.named_modules() if isinstance(module, Metric)]
