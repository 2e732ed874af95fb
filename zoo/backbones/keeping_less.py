"""Blocks that keep less for the backward pass: what is element by element out of kept tensors is computed again.

Of the four wide activations of a gated feed-forward layer, down(act(gate x) * up x), gate and up are kept; of an RMS
norm in float32 its input and 1 / rms. Values and gradients are the library's to the bit, the time is that of the
library to 1 %, and a block of a small model remembers a third less (docs/performance.md).
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

GATED = ("gate_proj", "up_proj", "down_proj", "act_fn")  # as the library names them in every family that has them


def keep_less(language_model: Any) -> None:
    """Let every gated feed-forward layer and every RMS norm of a language model keep less."""
    for layer in language_model.modules():
        if all(isinstance(getattr(layer, part, None), nn.Module) for part in GATED):
            layer.__class__ = _with_forward(layer.__class__, _gated)
        elif layer.__class__.__name__.endswith("RMSNorm"):
            layer.__class__ = _with_forward(layer.__class__, _norm)


@cache
def _with_forward(kind: Any, forward: Any) -> Any:
    """A family's class of such layers, with our forward pass."""
    return type(kind.__name__, (kind,), {"forward": forward, "__module__": kind.__module__, "theirs": kind.forward})


def _gated(layer: Any, x: Tensor) -> Any:
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

    with saved_tensors_hooks(pack, unpack):
        inner = act(gate)
        known[inner.data_ptr()] = "inner"
        product = inner * up
        known[product.data_ptr()] = "product"
        return layer.down_proj(product)


def _norm(layer: Any, x: Tensor) -> Any:
    """Rows [..., D] to [..., D]."""
    if not torch.is_grad_enabled() or x.dtype != torch.float32:  # in another precision there is a float32 copy of x
        return layer.theirs(x)
    data, here = x.detach(), x.data_ptr()
    rms: list[Tensor] = []

    def pack(kept: Tensor) -> Tensor | None:
        if rms and type(kept) is Tensor and kept.shape == data.shape and kept.data_ptr() != here:
            return None  # x / rms: whatever else of this shape is kept is x
        if kept.shape == (*data.shape[:-1], 1):
            rms[:] = [kept]  # one over it
        return kept

    with saved_tensors_hooks(pack, lambda kept: data * rms[0] if kept is None else kept):
        return layer.theirs(x)
