"""How the ranks of a run share its work, by the word in `trainer.strategy`."""

import os
from importlib.util import find_spec
from typing import Any

import torch

from zoo.core.errors import ZooError
from zoo.core.sections import Trainer

# A prosody head that hands tokens on has class layers that a policy's loss does not reach; plain "ddp" refuses that.
DDP = "ddp_find_unused_parameters_true"
NOT_HERE = {
    "deepspeed-3": "deepspeed-3 gathers weights whenever a layer is called, and the ranks call theirs at different "
    "times, so it would hang; use fsdp2, which cuts the same tensors",
}


def strategy_of(settings: Trainer) -> Any:
    """Lightning's strategy, or its name, for one of `recipe.STRATEGIES`.

    Raises:
        ZooError: it is not built, or its library is not installed.
    """
    name = settings.strategy
    if name in NOT_HERE:
        raise ZooError(NOT_HERE[name])
    if settings.tensor_parallel is not None and name != "tensor-parallel":
        raise ZooError(f"trainer.tensor_parallel is for strategy tensor-parallel and not for {name}: leave one out")
    if name in ("fsdp2", "tensor-parallel"):
        from zoo.stages.fsdp2 import Fsdp2

        return Fsdp2(1 if name == "fsdp2" else settings.tensor_parallel)
    if name == "deepspeed-2":
        if find_spec("deepspeed") is None:
            raise ZooError("strategy deepspeed-2 needs DeepSpeed: pip install deepspeed, or use fsdp2")
        if settings.accelerator == "cpu":
            os.environ["DS_ACCELERATOR"] = "cpu"  # DeepSpeed would take the GPU that it finds
        from zoo.stages.zero2 import Zero2

        return Zero2()
    return DDP if name == "ddp" or _several(settings) else "auto"


def _several(settings: Trainer) -> bool:
    """Whether a run has more than one rank, as far as the recipe and the launcher say."""
    if settings.num_nodes > 1 or int(os.environ.get("WORLD_SIZE", "1")) > 1:
        return True
    if str(settings.devices).isdecimal():
        return int(settings.devices) > 1
    if settings.accelerator == "cpu":
        return False
    return torch.cuda.device_count() > 1
