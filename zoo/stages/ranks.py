"""What the ranks of a run share beside gradients.

Ranks that share one copy of the model (tensor parallel) go through the same utterances and have the same figures. So
those that count, in everything below, are the ranks that hear other utterances: one of each copy.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
import torch.distributed as ranks
from torch import Tensor

from zoo.core.sharding import DATA, TENSOR

Row = TypeVar("Row")
_mesh: list[Any] = [None]  # of the stage in hand


def arrange(mesh: Any) -> None:
    """Say how the ranks stand: in a mesh of the axes `DATA` and `TENSOR`, or None where each has its own utterances."""
    _mesh[0] = mesh


def peers() -> Any:
    """The process group of those that hear other utterances; None where that is all ranks."""
    return None if _mesh[0] is None else _mesh[0][DATA].get_group()


def how_many() -> int:
    """The ranks that hear other utterances, this one among them."""
    return ranks.get_world_size(peers()) if ranks.is_available() and ranks.is_initialized() else 1


def which() -> int:
    """This one's place among them, from 0."""
    return ranks.get_rank(peers()) if ranks.is_available() and ranks.is_initialized() else 0


def several() -> bool:
    """Whether there are others."""
    return how_many() > 1


def of_the_first(make: Callable[[], Row]) -> Row:
    """What the first of the ranks that share this one's copy of the model makes: a judge is asked once, by one."""
    together = None if _mesh[0] is None else _mesh[0][TENSOR]
    if together is None or together.size() == 1:
        return make()
    found: list[Any] = [make() if together.get_local_rank() == 0 else None]
    ranks.broadcast_object_list(found, group=together.get_group(), group_src=0)
    of_first: Row = found[0]
    return of_first


def of_all_ranks(rows: list[Row]) -> list[Row]:
    """What every rank has counted, in the order of the ranks; the rows themselves where there is one."""
    if not several():
        return rows
    gathered: list[Any] = [None] * how_many()
    ranks.all_gather_object(gathered, rows, group=peers())
    return [row for mine in gathered for row in mine]


def most_of_all_ranks(number: int, device: torch.device) -> int:
    """The largest of the ranks' numbers."""
    return number if not several() else int(_gathered(torch.tensor([float(number)], device=device)).max())


def weights(counts: Tensor) -> Tensor:
    """What this rank's means over `counts` [K] things are to be multiplied by: [K].

    Ranks average their gradients. Where each counts other numbers of tokens, the mean of the ranks' means is not the
    mean over all tokens; with these weights it is.
    """
    if not several():
        return torch.ones_like(counts, dtype=torch.float32)
    every = _gathered(counts.float())  # [ranks, K]
    return counts * len(every) / every.sum(0).clamp(min=1)


def over_ranks(figures: Mapping[str, Tensor | float], device: torch.device) -> dict[str, Tensor]:
    """Figures of all ranks, in one exchange: means over the ranks that have a number, least `_min` and most `_max`.

    All ranks give the same names in the same order; NaN where a rank has nothing to say.
    """
    if not several():
        return {name: torch.as_tensor(value).detach().float() for name, value in figures.items()}
    mine = [torch.as_tensor(value, device=device).detach().float() for value in figures.values()]
    every = _gathered(torch.stack(mine))  # [ranks, K]
    mean, least = every.nanmean(0), every.nan_to_num(torch.inf).amin(0)
    most = every.nan_to_num(-torch.inf).amax(0)
    ways = [least if name.endswith("_min") else most if name.endswith("_max") else mean for name in figures]
    return {name: way[i] for i, (name, way) in enumerate(zip(figures, ways, strict=True))}


def _gathered(mine: Tensor) -> Tensor:
    """A vector [K] of every rank, [ranks, K]."""
    every = [torch.empty_like(mine) for _ in range(how_many())]
    ranks.all_gather(every, mine, group=peers())
    return torch.stack(every)
