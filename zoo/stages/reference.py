"""The policy that a run started from, kept as the first values of what is trained."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


class Reference:
    """The trained parameters' first values, which change places with the present ones for the reference's pass.

    For a LoRA that starts from zero this is the model with its LoRA off; it holds as well for a LoRA that comes from
    a checkpoint and for a model trained whole, at the price of one copy of what is trained.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.first = [p.detach().clone() for p in model.parameters() if p.requires_grad]

    @contextmanager
    def weights(self) -> Iterator[None]:
        """A context in which the model is the reference."""
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.first = [value.to(p.device) for value, p in zip(self.first, trained, strict=True)]
        for p, first in zip(trained, self.first, strict=True):
            p.data, first.data = first.data, p.data
        try:
            yield
        finally:
            for p, first in zip(trained, self.first, strict=True):
                p.data, first.data = first.data, p.data
