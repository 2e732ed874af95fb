"""Decoding on a CPU: a large model's weights lie as oneDNN's kernels read them, a small one has a single thread.

A decoding step multiplies a few rows by every weight: it reads all weights and computes little. Packed once, the
weights of SmolLM2-135M are read at 8.9 GB/s instead of 5.2 on one core. At 5 M parameters the weights stay in the
core's caches as they are, and the products are so small that two threads take 1.3 times as long as one
(docs/performance.md).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.sharding import is_piece

LARGE_BYTES = 64 << 20  # of weights: fewer stay in a core's caches
ROWS = 32  # the number of answers that the order is chosen for; other numbers are as right, if not quite as fast


@contextmanager
def on_cpu(language_model: Any) -> Iterator[None]:
    """A context for decoding on a CPU in float32; for another device or precision it changes nothing.

    A large model's layers use packed weights, a second copy of them, and there are no gradients in it.
    """
    layers = [m for m in language_model.modules() if type(m) is nn.Linear and _fits(m)]
    large = sum(layer.weight.nbytes for layer in layers) >= LARGE_BYTES
    threads = torch.get_num_threads()
    try:
        if layers and not large:
            torch.set_num_threads(1)
        for layer in layers if large else ():
            vars(layer)["forward"] = _with_packed(layer)
        yield
    finally:
        torch.set_num_threads(threads)
        for layer in layers:
            vars(layer).pop("forward", None)  # the class's own is there again


def _fits(layer: nn.Linear) -> bool:
    weight = layer.weight
    plain = weight.device.type == "cpu" and weight.dtype == torch.float32 and not is_piece(weight)
    return plain and torch.backends.mkldnn.is_available()


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
