"""A layer and its LoRA as one operation with its own backward pass: y = W x + b + s B A x (arXiv 2106.09685).

peft writes it as six operations, each with a node of autograd and, under autocast, casts of its own. At rank 16 the
LoRA's products are small, so that launching them takes longer than computing them: at the 7B shape of
`benchmarks.gpu_step` they were the largest part of an update's time.
"""

from typing import Any

import torch
from peft.tuners.lora.layer import Linear
from torch import Tensor, nn

from zoo.core.sharding import is_piece


class Fused(Linear):
    """peft's layer with one operation for what it computes; whatever that does not fit goes peft's own way."""

    def forward(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """Rows [..., in] to [..., out]."""
        base = self.get_base_layer()
        half = torch.is_autocast_enabled(x.device.type)
        wanted = torch.get_autocast_dtype(x.device.type) if half else base.weight.dtype
        plain = self.active_adapters == ["default"] and not (self.disable_adapters or self.merged or args or kwargs)
        drops = self.lora_dropout["default"]
        keeps_all = isinstance(drops, nn.Identity) or not drops.training
        fits = type(base) is nn.Linear and base.weight.dtype == wanted and not is_piece(base.weight)
        if not (plain and keeps_all and fits):
            theirs: Tensor = super().forward(x, *args, **kwargs)
            return theirs
        down, up = self.lora_A["default"].weight, self.lora_B["default"].weight
        ours: Tensor = _Layer.apply(x, base.weight, base.bias, down, up, self.scaling["default"])
        return ours


class _Layer(torch.autograd.Function):
    """x [..., in], W [out, in], b [out] or None, A [r, in], B [out, r], s: to [..., out] in W's precision.

    W and b are frozen: they get no gradient.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, a: Tensor, b: Tensor, scale: float) -> Tensor:
        rows = x.reshape(-1, x.shape[-1]).to(weight.dtype)  # [N, in]
        down, up = a.to(weight.dtype), b.to(weight.dtype)
        inner = rows @ down.t()  # [N, r]
        out = nn.functional.linear(rows, weight, bias).addmm_(inner, up.t(), alpha=scale)  # [N, out]
        ctx.save_for_backward(rows, weight, down, up, inner)
        ctx.scale, ctx.shape, ctx.dtypes = scale, x.shape, (x.dtype, a.dtype, b.dtype)
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        rows, weight, down, up, inner = ctx.saved_tensors
        of_x, of_a, of_b = ctx.dtypes
        grad = grad.reshape(-1, grad.shape[-1])  # [N, out]
        inside = (grad @ up) * ctx.scale  # [N, r]
        grad_x = (grad @ weight).addmm_(inside, down).view(ctx.shape).to(of_x) if ctx.needs_input_grad[0] else None
        grad_b = (grad.t() @ inner).to(of_b) * ctx.scale
        return grad_x, None, None, (inside.t() @ rows).to(of_a), grad_b, None
