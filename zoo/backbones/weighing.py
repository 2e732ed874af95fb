"""How much memory a language model takes, told by its configuration before a weight is read."""

from typing import Any

import torch
from torch import nn

from zoo.core.memory import GB, need

HALF_BYTES = 2  # of a number in bfloat16


def weigh(config: Any, dtype: torch.dtype, bits: int | None, name: str) -> None:
    """Refuse a language model that does not fit into free memory; on a GPU where it is packed there as it is read.

    Args:
        config: its `transformers` configuration.
        dtype: of its weights.
        bits: of the linear layers in its blocks where they are packed.
        name: of the model, for the message.

    Raises:
        ZooError: it does not fit; with what takes less.
    """
    from transformers import AutoModelForCausalLM
    from transformers.initialization import no_init_weights

    with torch.device("meta"), no_init_weights():
        model = AutoModelForCausalLM.from_config(config)
        model.tie_weights()  # an output layer that is the embeddings counts once
    linear = sum(m.weight.numel() for m in model.base_model.modules() if isinstance(m, nn.Linear))
    count = sum(p.numel() for p in model.parameters())

    def taken(each_bytes: float, packed: int | None) -> float:
        return (count - linear) * each_bytes + linear * (packed / 8 if packed else each_bytes)

    half, less = taken(HALF_BYTES, None), []
    if dtype.itemsize > HALF_BYTES and not bits:
        less.append(f"backbone.dtype=bfloat16 ({half / GB:.1f} GB)")
    if bits != 4:
        less.append(f"backbone.quantise=4 ({taken(HALF_BYTES, 4) / GB:.1f} GB)")
    said = f"{bits} bits" if bits else str(dtype).removeprefix("torch.")
    need(
        taken(dtype.itemsize, bits),
        f"the {count / 1e6:,.0f} M parameters of {name} in {said}",
        f"take {', '.join(less)} or a smaller model" if less else "take a smaller model",
        gpu=bits is not None and torch.cuda.is_available(),
    )
