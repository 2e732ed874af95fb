"""Which answers go through the model together, so that little of the work is padding."""

import torch
from torch import Tensor

MOST_PADDING = 0.1  # of the places; fewer and larger passes are worth that much
MOST_PACKS = 8
CUTS = 32  # places among the sorted answers where a pack may end


def packs(lengths: Tensor) -> list[Tensor]:
    """Rows in packs of like length: the fewest packs with at most a tenth of padding, but no more than eight.

    `lengths` [S] in, indices [S'] of each pack out; all of one length make one pack in the given order.
    """
    ordered, order = lengths.sort(descending=True, stable=True)
    known = ordered.tolist()
    total = sum(known)
    if total >= (1 - MOST_PADDING) * known[0] * len(known):
        return [torch.arange(len(known), device=lengths.device)]
    edges = sorted({round(i * len(known) / min(CUTS, len(known))) for i in range(min(CUTS, len(known)) + 1)})
    for count in range(2, MOST_PACKS + 1):
        places, cuts = _cheapest(known, edges, count)
        if total >= (1 - MOST_PADDING) * places:
            break
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(known)], strict=True)]


def _cheapest(lengths: list[int], edges: list[int], count: int) -> tuple[int, list[int]]:
    """The least places that `count` packs of sorted lengths take, each as wide as its first, and where to cut."""
    best: dict[int, tuple[int, list[int]]] = {0: (0, [])}
    for left in range(count, 0, -1):
        found: dict[int, tuple[int, list[int]]] = {}
        for end in edges[1:] if left > 1 else edges[-1:]:
            for start, (places, cuts) in best.items():
                if start < end:
                    more = places + lengths[start] * (end - start)
                    if end not in found or more < found[end][0]:
                        found[end] = (more, [*cuts, start] if start else cuts)
        best = found
    return best[edges[-1]]
