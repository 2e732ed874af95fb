"""Fully sharded training (FSDP2; Zhao et al. 2023, arXiv 2304.11277) by Lightning's `ModelParallelStrategy`.

Every rank holds a piece of each parameter, of its gradient and of its optimizer state. The backbone's blocks are put
together one at a time, each when it runs; all the rest is put together once a step, since how often a rank calls it
depends on its data: an encoder that remembers frames, a vocabulary read in chunks.

With tensor parallel the ranks are a table: those of a row share one copy of the backbone's blocks and go through the
same utterances together (`backbones/cut.py`), and what stands in a column is sharded as above.
"""

from collections.abc import Mapping
from typing import Any

import torch
from lightning.pytorch.strategies import ModelParallelStrategy
from torch import Tensor, nn

from zoo.core.errors import ZooError
from zoo.core.sharding import DATA, TENSOR, axes, joined, piece_of
from zoo.stages.one_file import OneFile


class Fsdp2(OneFile, ModelParallelStrategy):
    """All ranks share one model. A run's state is that of any other strategy: whole tensors in one file.

    So any number of ranks takes up what another number of them left.
    """

    strategy_name = "fsdp2"

    def __init__(self, together: int | None = 1) -> None:
        """Of ranks that go through the same utterances `together`, each with its piece of the blocks; None for all."""
        super().__init__(save_distributed_checkpoint=False)
        self.together = together

    def _setup_distributed(self) -> None:
        super()._setup_distributed()
        together = self.world_size if self.together is None else self.together
        if together < 1 or self.world_size % together:
            raise ZooError(f"trainer.tensor_parallel={together} does not divide the run's {self.world_size} ranks")
        self._data_parallel_size, self._tensor_parallel_size = self.world_size // together, together

    def post_backward(self, closure_loss: Tensor) -> None:
        """Have the ranks that go together agree on the gradient of what each has a copy of.

        Each has computed all of it, but not always to the last bit, and copies that drift apart sample other answers.
        """
        super().post_backward(closure_loss)
        assert self.lightning_module is not None
        ranks = self.device_mesh[TENSOR]
        if ranks.size() == 1:
            return
        for p in self.lightning_module.parameters():
            if p.grad is not None and TENSOR not in axes(p):
                mine = p.grad.to_local()  # type: ignore[attr-defined]
                torch.distributed.all_reduce(mine, group=ranks.get_group())
                mine /= ranks.size()

    def lightning_module_state_dict(self) -> dict[str, Any]:
        """What is trained, whole, on rank 0; the frozen rest is never gathered."""
        assert self.lightning_module is not None
        trained = {name: p for name, p in self.lightning_module.named_parameters() if p.requires_grad}
        return self._gathered(trained)

    def optimizer_state(self, optimizer: Any) -> dict[str, Any]:
        """An optimizer's state as it would be without sharding, on rank 0."""
        state = getattr(optimizer, "_optimizer", optimizer).state_dict()
        return {**state, "state": {place: self._gathered(row) for place, row in state["state"].items()}}

    def _gathered(self, row: Mapping[str, Any]) -> dict[str, Any]:
        whole = {}
        for name, value in row.items():
            found = joined(value.detach()) if isinstance(value, Tensor) else value
            if self.global_rank == 0:
                whole[name] = found.cpu() if isinstance(found, Tensor) else found
        return whole

    def load_model_state_dict(self, checkpoint: Mapping[str, Any], strict: bool = True) -> None:
        """Take what is trained."""
        assert self.lightning_module is not None
        ours = dict(self.lightning_module.named_parameters())
        with torch.no_grad():
            for name, value in checkpoint["state_dict"].items():
                ours[name].copy_(piece_of(value, ours[name]))

    def load_optimizer_state_dict(self, checkpoint: Mapping[str, Any]) -> None:
        """Take the optimizers' states."""
        for optimizer, state in zip(self.optimizers, checkpoint["optimizer_states"], strict=True):
            places = [p for group in optimizer.param_groups for p in group["params"]]
            cut = {place: _cut(row, places[place]) for place, row in state["state"].items()}
            optimizer.load_state_dict({**state, "state": cut})


def _cut(row: Mapping[str, Any], parameter: Tensor) -> dict[str, Any]:
    """One parameter's optimizer state in pieces, as the parameter is; the step's number is no piece."""
    return {
        name: piece_of(value, parameter) if isinstance(value, Tensor) and value.shape == parameter.shape else value
        for name, value in row.items()
    }


def shard(stage: Any, mesh: Any) -> None:
    """Cut a stage's parameters into pieces over a mesh of ranks; those of a frozen encoder, which are few, stay whole.

    The mesh has two axes, `DATA` and `TENSOR`; along the second the backbone's blocks alone are cut.

    Raises:
        ZooError: the backbone's blocks cannot be cut as asked, or parameters of two precisions are trained, which one
            reduction of their gradients cannot take.
    """
    from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method

    if isinstance(stage, FSDPModule):
        return
    precisions = {str(p.dtype).removeprefix("torch.") for p in stage.parameters() if p.requires_grad}
    if len(precisions) > 1:
        raise ZooError(
            f"strategy fsdp2 trains parameters of one precision, not of {' and '.join(sorted(precisions))}: write "
            "backbone.dtype=float32, or train the backbone by a LoRA"
        )
    if mesh[TENSOR].size() > 1:
        if stage.model._backbone is None:
            raise ZooError("tensor-parallel cuts the blocks of a backbone, and this recipe has none; use fsdp2")
        stage.model.backbone.cut(mesh[TENSOR])
    for block in blocks(stage.model):
        fully_shard(block, mesh=mesh[DATA], reshard_after_forward=True)
    encoder = list(stage.model.encoder.parameters())
    alone = set() if any(p.requires_grad for p in encoder) else set(encoder)
    fully_shard(stage, mesh=mesh[DATA], ignored_params=alone)
    register_fsdp_forward_method(stage, "training_step")


def blocks(model: Any) -> list[nn.Module]:
    """The layers of a model's backbone, by the names that `transformers` gives those that stay on one device."""
    if model._backbone is None:
        return []
    language_model = model.backbone.language_model
    names = set(language_model._no_split_modules or ())
    return [layer for layer in language_model.modules() if type(layer).__name__ in names]
