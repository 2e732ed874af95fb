"""Dynamic time warping: the cheapest way to walk through a reading while listening to a wave, frame by frame.

After H. Sakoe & S. Chiba (1978), with their asymmetric step: every frame of the wave takes one frame of the reading,
the same as before, the next or the one after; both exceptions have their price.
"""

import numpy as np
from numpy.typing import NDArray

STAY_COST, SKIP_COST = 0.2, 0.8  # beside distances around 1; chosen on half of EmoDB's speakers


def warp(cost: NDArray[np.float32], pause: NDArray[np.bool_]) -> tuple[NDArray[np.int64], float] | None:
    """Walk through `cost` [N, M], wave by reading, where `pause` [M] marks columns that may be stayed in or left out.

    Returns:
        The column [N] that each frame takes, and the mean cost of a frame, or None where the reading is more than twice
        as long as the wave.
    """
    n, m = cost.shape
    stay = np.where(pause, 0.0, STAY_COST).astype(np.float32)
    after_pause = np.concatenate([[False], pause[:-1]])
    skip = np.where(after_pause & ~pause, 0.0, SKIP_COST).astype(np.float32)
    best = np.full(m + 2, np.inf, dtype=np.float32)  # two columns of nothing come first
    best[2:4] = cost[0, :2]
    steps = np.zeros((n, m), dtype=np.int8)
    for i in range(1, n):
        ways = np.stack([best[2:] + stay, best[1:-1], best[:-2] + skip])
        steps[i] = ways.argmin(axis=0)
        best[2:] = ways.min(axis=0) + cost[i]
    last = m - 1 if best[m + 1] <= best[m] else m - 2
    total = float(best[last + 2])
    if not np.isfinite(total):
        return None
    path = np.empty(n, dtype=np.int64)
    column = last
    for i in range(n - 1, -1, -1):
        path[i] = column
        column -= int(steps[i, column])
    return path, total / n


def distances(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean distances [N, M] between the rows of a [N, D] and b [M, D]."""
    squares = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0.0, out=squares))
