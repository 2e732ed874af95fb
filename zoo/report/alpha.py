"""Krippendorff's alpha: how far raters agree beyond chance, where each may have left out some of the units.

After K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (University of Pennsylvania, 2011): alpha is one
less the observed disagreement over that of the same values paired at random.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Distance = Callable[[Floats, Floats], Floats]  # values [C] in order and how often each stands: squared distances [C, C]


def alpha(ratings: Floats, distance: Distance) -> float | None:
    """Alpha of ratings [units, raters], NaN where there is none; None where all that can be paired is one value."""
    ratings = ratings[(~np.isnan(ratings)).sum(1) > 1]  # a value alone in its unit is paired with nothing
    values = np.unique(ratings[~np.isnan(ratings)])
    if len(values) < 2:
        return None
    counts = (ratings[:, :, None] == values).sum(1).astype(float)  # [units, C]
    shares = counts / (counts.sum(1, keepdims=True) - 1)
    coincidences = shares.T @ counts - np.diag(shares.sum(0))  # [C, C]
    totals = coincidences.sum(1)  # [C], how many ratings can be paired
    apart = distance(values, totals)
    observed, expected = (coincidences * apart).sum(), (np.outer(totals, totals) * apart).sum()
    return float(1 - (totals.sum() - 1) * observed / expected)


def nominal(values: Floats, totals: Floats) -> Floats:
    """Values are the same or are not."""
    return (values[:, None] != values).astype(float)


def ordinal(values: Floats, totals: Floats) -> Floats:
    """Values are as far apart as there are ratings from the one to the other, half of both ends'."""
    rank = np.cumsum(totals) - totals / 2
    return np.asarray((rank[:, None] - rank) ** 2)
