"""Gated feed-forward layers, down(act(gate x) * up x), that keep two of their four wide activations for backward.

What act gives and the product are element by element out of gate and up, and a backward pass computes them again at no
cost that can be measured; kept, they are a third of what a block remembers.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

PARTS = ("gate_proj", "up_proj", "down_proj", "act_fn")  # as the library names them in every family that has them


def keep_less(language_model: Any) -> None:
    """Let every gated feed-forward layer of a language model keep less; values and gradients are the same."""
    for layer in language_model.modules():
        if all(isinstance(getattr(layer, part, None), nn.Module) for part in PARTS):
            layer.__class__ = _lean(layer.__class__)


@cache
def _lean(kind: Any) -> Any:
    """A family's class of such layers, with our forward pass."""
    return type(kind.__name__, (kind,), {"forward": _forward, "__module__": kind.__module__})


def _forward(layer: Any, x: Tensor) -> Any:
    """Rows [..., D] to [..., D]."""
    act, gate, up = layer.act_fn, layer.gate_proj(x), layer.up_proj(x)
    if not torch.is_grad_enabled():
        return layer.down_proj(act(gate) * up)
    gate_data, up_data = gate.detach(), up.detach()
    known: dict[int, str] = {}  # where the tensors that need not be kept lie

    def pack(kept: Tensor) -> Any:
        name = known.get(kept.data_ptr()) if type(kept) is Tensor and kept.numel() == gate.numel() else None
        return (name, kept.shape) if name else kept

    def unpack(kept: Any) -> Tensor:
        if isinstance(kept, Tensor):
            return kept
        name, shape = kept
        inner: Tensor = act(gate_data)
        return (inner if name == "inner" else inner * up_data).view(shape)

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        inner = act(gate)
        known[inner.data_ptr()] = "inner"
        product = inner * up
        known[product.data_ptr()] = "product"
        return layer.down_proj(product)
