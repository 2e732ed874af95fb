"""Weights of 4 or 8 bits for a frozen language model: QLoRA (Dettmers et al. 2023, arXiv 2305.14314), by bitsandbytes.

8 bits are LLM.int8() (Dettmers et al. 2022, arXiv 2208.07339). Only the blocks' linear layers are packed.
"""

from importlib.util import find_spec
from typing import Any

import torch
from torch import nn

from zoo.core.errors import ZooError

BITS = (4, 8)


def packing(bits: int, has_lora: bool, dtype: torch.dtype) -> Any:
    """The library's configuration of weights of so many bits that are multiplied in `dtype`.

    Raises:
        ZooError: other bits than 4 or 8, nothing beside the weights that could be trained, or no bitsandbytes.
    """
    if bits not in BITS:
        raise ZooError(
            f"quantise={bits} cannot be: weights have 4 or 8 bits, or as many as published with quantise=null"
        )
    if not has_lora:
        raise ZooError(
            f"weights of {bits} bits cannot be trained themselves: give the backbone lora: {{rank: 16}}, or write "
            "quantise=null"
        )
    if find_spec("bitsandbytes") is None:
        raise ZooError(f"quantise={bits} needs bitsandbytes: pip install bitsandbytes, or write quantise=null")
    from transformers import BitsAndBytesConfig

    if bits == 8:
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",  # levels as weights lie, normally distributed (section 3)
        bnb_4bit_use_double_quant=True,  # the scales of blocks are packed too: 0.37 bits less a weight
        bnb_4bit_compute_dtype=dtype,
    )


def is_packed(layer: nn.Module) -> bool:
    """Whether a linear layer's weights are packed, so that nothing can be added into them."""
    return not layer.weight.is_floating_point()  # type: ignore[operator]
