"""Whether our loss and gradients are TRL's: its weights and rollout of a second step, in our step.

Run by `grpo_step.py --check`; reads CHECK.pt of `trl_side.py --check` and writes CHECK.json.
"""

import json

import torch
from torch import Tensor

from benchmarks.cases import side_parser
from benchmarks.zoo_side import Side


def main() -> None:
    """Compare and write the relative differences."""
    args = side_parser().parse_args()
    side = Side(args.case, args.folder, args.lora, args.micro_batch)
    theirs = torch.load(args.out, weights_only=True)
    for name, weight in theirs["weights"].items():
        side.trained[_ours(name)].data.copy_(weight)
    ids, advantages = _in_order(side, theirs["inputs"])
    mask = torch.ones_like(ids, dtype=torch.bool)
    mine = side.advantages(ids)
    loss = side.update(ids, mask, mine, side.reference(ids, mask))
    gradients = {_ours(name): value for name, value in theirs["gradients"].items()}
    assert set(gradients) == set(side.trained), "TRL trains other parameters"
    differences = {name: _relative(_gradient(side.trained[name]), value) for name, value in gradients.items()}
    everything = [torch.cat([g.flatten() for g in some]) for some in _both(side, gradients)]
    found = {
        "loss of TRL": theirs["loss"],
        "loss difference": abs(loss - theirs["loss"]),
        "advantages": _relative(mine, advantages),
        "gradient": _relative(*everything),
        "worst gradient": max(differences.values()),
        "worst of": max(differences, key=lambda name: differences[name]),
        "parameters": len(differences),
    }
    args.out.with_suffix(".json").write_text(json.dumps(found))


def _both(side: Side, gradients: dict[str, Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    return [_gradient(side.trained[name]) for name in gradients], list(gradients.values())


def _gradient(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad


def _ours(name: str) -> str:
    """A parameter's name without what peft's own model puts in front."""
    return name.removeprefix("base_model.model.")


def _in_order(side: Side, inputs: list[dict[str, Tensor]]) -> tuple[Tensor, Tensor]:
    """Ids [S, L] and advantages [S], group by group: TRL shuffles a rollout before it is cut into micro-batches."""
    prompts = torch.cat([part["prompt_ids"] for part in inputs])
    ids = torch.cat([part["completion_ids"] for part in inputs])
    advantages = torch.cat([part["advantages"] for part in inputs])
    which = (prompts[:, None] == side.prompts[None]).all(-1).int().argmax(1)  # [S]
    order = which.argsort(stable=True)
    return ids[order], advantages[order]


def _relative(mine: Tensor, theirs: Tensor) -> float:
    return float((mine - theirs).norm() / theirs.norm().clamp(min=1e-12))


if __name__ == "__main__":
    main()
