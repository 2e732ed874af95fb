"""A language model's blocks cut over several ranks, each of which computes with its piece of every weight.

Tensor parallelism (Shoeybi et al. 2019, arXiv 1909.08053): a layer whose outputs are cut (queries, keys, values, gate,
up) hands its piece to one whose inputs are (output, down), and the ranks' sums are added up. Which layer is cut how is
told by the family's own plan in `transformers`. A LoRA is cut as its layer is: the side that the cut reaches.
"""

from collections.abc import Callable
from fnmatch import fnmatch
from functools import partial
from typing import Any

from torch import nn

from zoo.backbones.quantised import is_packed
from zoo.core.errors import ZooError

COUNTS = ("num_attention_heads", "num_key_value_heads", "intermediate_size")  # of a configuration: what is shared out


def cut(language_model: Any, mesh: Any) -> None:
    """Cut the blocks over a mesh of one axis, and have their layers exchange what the others need.

    Raises:
        ZooError: the library has no plan for the family or one of another kind, the ranks cannot share its heads, or
            its weights are packed.
    """
    from torch.distributed.tensor.parallel import parallelize_module

    model = language_model.base_model
    plan = _plan(model)
    for name in COUNTS:
        count = getattr(model.config, name, None)
        if isinstance(count, int) and count % mesh.size():
            raise ZooError(
                f"{mesh.size()} ranks cannot share {name}={count} of the backbone: give a trainer.tensor_parallel that "
                "divides it, or use fsdp2"
            )
    if any(is_packed(layer) for layer in model.modules() if isinstance(layer, nn.Linear)):
        raise ZooError("tensor-parallel does not cut weights of 4 or 8 bits: write backbone.quantise=null, or use ddp")
    trained = {name for name, p in model.named_parameters() if p.requires_grad}
    parallelize_module(model, mesh, plan)
    for name, p in model.named_parameters():
        p.requires_grad_(name in trained)  # the library thaws norms


def _plan(model: Any) -> dict[str, Any]:
    """PyTorch's way to cut for each layer's name, by the library's plan; a LoRA's `a` or `b` goes with its layer."""
    ways, found = _ways(), dict[str, Any]()
    told: dict[str, str] = getattr(model.config, "base_model_tp_plan", None) or {}
    kinds = set(told.values())
    if not kinds or kinds - ways.keys():
        which = f"one with {min(kinds - ways.keys())}" if kinds else "no plan"
        raise ZooError(f"tensor-parallel: the library has {which} for {model.config.model_type} models; use fsdp2")
    for name, layer in model.named_modules():
        kind = next((kind for pattern, kind in told.items() if fnmatch(name, pattern)), None)
        if kind is None:
            continue
        if hasattr(layer, "lora_A"):
            factor = "lora_B" if kind.startswith("colwise") else "lora_A"
            found |= {f"{name}.base_layer": ways[kind](), f"{name}.{factor}.default": ways[kind]()}
        else:
            found[name] = ways[kind]()
    return found


def _ways() -> dict[str, Callable[[], Any]]:
    """What the words of the library's plans are in PyTorch."""
    from torch.distributed.tensor import Replicate
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, SequenceParallel

    return {
        "colwise": ColwiseParallel,
        "rowwise": RowwiseParallel,
        # Layers in which queries, keys and values lie side by side: what they make is put together and cut again.
        "colwise_gather_output": partial(ColwiseParallel, output_layouts=Replicate()),
        "rowwise_split_input": partial(RowwiseParallel, input_layouts=Replicate()),
        # A norm over each head's width: whole on every rank, its gradient the sum over all heads.
        "replicated_with_grad_allreduce": partial(SequenceParallel, sequence_dim=2, use_local_output=True),
    }
