"""Gradients that come to all parameters, in an order that is the same on every rank, whatever a rank's data reaches."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn


class Handed(torch.autograd.Function):
    """A loss whose gradients are known already; they come to all parameters, in an order that is every rank's."""

    @staticmethod
    def forward(ctx: Any, loss: Tensor, gradients: Sequence[Tensor], *parameters: Tensor) -> Tensor:
        """`loss`, []; `gradients`, one for each of the parameters."""
        ctx.gradients = gradients
        return loss.clone()

    @staticmethod
    def backward(ctx: Any, scale: Tensor) -> Any:
        """The gradients; `scale`, [], is 1, since losses are neither accumulated nor scaled."""
        gradients, ctx.gradients = ctx.gradients, ()  # nothing is kept that DeepSpeed has taken
        return None, None, *gradients


class OneOrder(nn.Module):
    """A stage as DeepSpeed sees it: its step has gradients for all that is trained, and they come in one order.

    DeepSpeed exchanges gradients as they come. When they come, and which, differs with a rank's data (a group more to
    learn from, nothing that reaches the adapter), and the ranks would exchange pieces that do not belong together.
    """

    def __init__(self, stage: nn.Module) -> None:
        super().__init__()
        self.stage = stage

    def forward(self, *args: Any, **kwargs: Any) -> Tensor:
        """The loss of a training step, [], to which Lightning has turned the stage's `forward`."""
        loss = self.stage(*args, **kwargs)
        trained = [p for p in self.stage.parameters() if p.requires_grad]
        gradients = torch.autograd.grad(loss, trained, allow_unused=True, materialize_grads=True)
        handed: Tensor = Handed.apply(loss.detach(), gradients, *trained)
        return handed
