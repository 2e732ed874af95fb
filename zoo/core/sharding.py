"""Parameters that lie in pieces on several ranks: whether they do, and putting them together for a while.

Pieces along the axis `DATA` (FSDP2) are put together before anything is computed with them; along the other one (tensor
parallel) each rank computes with its own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

DATA, TENSOR = "data_parallel", "tensor_parallel"  # axes of a mesh of ranks, by Lightning's names


def is_piece(value: Any) -> bool:
    """Whether a tensor is one rank's piece of a larger one."""
    if not (dist.is_available() and dist.is_initialized()):
        return False
    from torch.distributed.tensor import DTensor

    return isinstance(value, DTensor)


def axes(piece: Tensor) -> tuple[str, ...]:
    """The axes of ranks that a piece belongs to, by their names; it may be the same along some of them."""
    return piece.device_mesh.mesh_dim_names or ()  # type: ignore[attr-defined]


def in_pieces(module: nn.Module) -> bool:
    """Whether some of a module's parameters must be put together; all ranks must call such a module equally often."""
    if not (dist.is_available() and dist.is_initialized()):
        return False
    return any(is_piece(p) and DATA in axes(p) for p in module.parameters())


def joined(value: Tensor) -> Tensor:
    """A tensor as a whole. For a piece all ranks must ask together."""
    return value.full_tensor() if is_piece(value) else value  # type: ignore[attr-defined]


def piece_of(whole: Tensor, like: Tensor) -> Tensor:
    """This rank's piece of a tensor that every rank has as a whole, cut as `like` is; no rank waits for another."""
    if is_piece(whole) or not is_piece(like):
        return whole
    from torch.distributed.tensor import distribute_tensor

    mesh, placements = like.device_mesh, like.placements  # type: ignore[attr-defined]
    return distribute_tensor(whole.to(like.device), mesh, placements, src_data_rank=None)


def clip_gradients(parameters: Iterable[Tensor], most: float) -> Tensor:
    """Scale the gradients where their norm, all together, is more than `most`; return the norm, [], as it was.

    Some may lie in pieces on one mesh of ranks and some on another, which PyTorch's own function does not take.
    """
    by_mesh: dict[Any, list[Tensor]] = {}
    for p in parameters:
        if p.grad is not None:
            by_mesh.setdefault(p.device_mesh if is_piece(p) else None, []).append(p)  # type: ignore[attr-defined]
    some = [[p.grad for p in alike if p.grad is not None] for alike in by_mesh.values()]
    norms = [joined(torch.nn.utils.get_total_norm(gradients)) for gradients in some]
    norm = norms[0] if len(norms) == 1 else torch.nn.utils.get_total_norm(norms)
    for alike in by_mesh.values():
        torch.nn.utils.clip_grads_with_norm_(alike, most, norm)
    return norm


@contextmanager
def whole(module: nn.Module) -> Iterator[None]:
    """A context in which a sharded module is an ordinary one, with all its parameters on every rank.

    Entering is one gathering of the weights, which all ranks must do together; in it none waits for another, so that
    they may call the module as often as each of them needs to. That is how ranks whose answers end at different
    lengths sample: gathering at every token would move all weights for each of them. Nothing may be trained in it, and
    `state_dict` would cut the module again.
    """
    if not in_pieces(module):
        yield
        return
    from torch.distributed.fsdp import FSDPModule

    cut = [m for m in module.modules() if isinstance(m, FSDPModule) and in_pieces(m)]
    hooks = [(m._forward_pre_hooks, m._forward_hooks) for m in cut]  # they gather the weights, and let go of them
    for m in cut:
        m.unshard()
    kept = [(before.copy(), after.copy()) for before, after in hooks]
    try:
        for both in hooks:
            for one in both:
                one.clear()
        yield
    finally:
        for both, old in zip(hooks, kept, strict=True):
            for one, copy in zip(both, old, strict=True):
                one.update(copy)
        for m in cut:
            m.reshard()
