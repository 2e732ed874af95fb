"""What the ranks of a run share beside gradients."""

from typing import Any, TypeVar

import torch.distributed as ranks

Row = TypeVar("Row")


def of_all_ranks(rows: list[Row]) -> list[Row]:
    """What every rank has counted, in the order of the ranks; the rows themselves where there is one."""
    if not (ranks.is_available() and ranks.is_initialized()):
        return rows
    gathered: list[Any] = [None] * ranks.get_world_size()
    ranks.all_gather_object(gathered, rows)
    return [row for mine in gathered for row in mine]
