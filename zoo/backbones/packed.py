"""A CPU model's weights in the order in which oneDNN's kernels read them, for decoding.

A decoding step multiplies a few rows by every weight: it reads all weights and computes little. Packed once, the
weights of SmolLM2-135M are read at 8.9 GB/s instead of 5.2 on one core (docs/performance.md).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

FROM_BYTES = 64 << 20  # of weights: fewer stay in a core's caches, where their order saves nothing
ROWS = 32  # the number of answers that the order is chosen for; other numbers are as right, if not quite as fast


@contextmanager
def packed(language_model: Any) -> Iterator[None]:
    """A context in which a language model's float32 layers on a CPU use packed weights, a second copy of them.

    There are no gradients in it. Where PyTorch is built without oneDNN, for other devices and for a model whose
    weights fit into the caches it changes nothing.
    """
    layers = [m for m in language_model.modules() if type(m) is nn.Linear and _fits(m)]
    if sum(layer.weight.nbytes for layer in layers) < FROM_BYTES:
        layers = []
    try:
        for layer in layers:
            vars(layer)["forward"] = _with_packed(layer)
        yield
    finally:
        for layer in layers:
            vars(layer).pop("forward", None)  # the class's own is there again


def _fits(layer: nn.Linear) -> bool:
    weight = layer.weight
    return weight.device.type == "cpu" and weight.dtype == torch.float32 and torch.backends.mkldnn.is_available()


def _with_packed(layer: nn.Linear) -> Callable[[Tensor], Tensor]:
    # The operators that torch.compile itself uses when it freezes a model for inference on a CPU.
    weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), ROWS)
    bias = None if layer.bias is None else layer.bias.detach()

    def forward(rows: Tensor) -> Tensor:
        if rows.dtype != torch.float32:
            return nn.functional.linear(rows, layer.weight, layer.bias)  # under autocast
        out: Tensor = torch.ops.mkldnn._linear_pointwise(rows.contiguous(), weight, bias, "none", [], "")
        return out

    return forward
