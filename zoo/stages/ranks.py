"""What the ranks of a run share beside gradients."""

from collections.abc import Mapping
from typing import Any, TypeVar

import torch
import torch.distributed as ranks
from torch import Tensor

Row = TypeVar("Row")


def how_many() -> int:
    """The ranks of a run."""
    return ranks.get_world_size() if ranks.is_available() and ranks.is_initialized() else 1


def several() -> bool:
    """Whether a run has more than one rank."""
    return how_many() > 1


def of_all_ranks(rows: list[Row]) -> list[Row]:
    """What every rank has counted, in the order of the ranks; the rows themselves where there is one."""
    if not several():
        return rows
    gathered: list[Any] = [None] * how_many()
    ranks.all_gather_object(gathered, rows)
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
    ranks.all_gather(every, mine)
    return torch.stack(every)
