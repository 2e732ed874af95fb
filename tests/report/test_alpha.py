"""Krippendorff's alpha against the example that he works himself, with values missing, and against cases by hand."""

import numpy as np
import pytest

from zoo.report.alpha import alpha, nominal, ordinal

X = float("nan")
# Four observers of twelve units: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
        [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
    ]
).T


def interval(values, totals):
    return (values[:, None] - values) ** 2


def ratio(values, totals):
    return ((values[:, None] - values) / (values[:, None] + values)) ** 2


@pytest.mark.parametrize(
    ("distance", "published"), [(nominal, 0.743), (ordinal, 0.815), (interval, 0.849), (ratio, 0.797)]
)
def test_as_published(distance, published):
    assert alpha(PUBLISHED, distance) == pytest.approx(published, abs=5e-4)


def test_two_raters_by_hand():
    # Coincidences: 1-1 twice, 1-2 and 2-1 once each, so 4 ratings, three 1 and one 2. Observed 2, expected 6 / 3.
    assert alpha(np.array([[1.0, 1.0], [1.0, 2.0]]), nominal) == pytest.approx(1 - 3 * 2 / 6)
    assert alpha(np.array([[1.0, 1.0], [5.0, 5.0]]), ordinal) == 1.0
    assert alpha(np.array([[1.0, 5.0], [5.0, 1.0]]), ordinal) < 0


def test_ordinal_knows_the_order_of_values_alone():
    swollen = np.array([0, 1, 2, 30, 400, 5000.0])[np.nan_to_num(PUBLISHED).astype(int)]
    swollen[np.isnan(PUBLISHED)] = X
    assert alpha(swollen, ordinal) == pytest.approx(alpha(PUBLISHED, ordinal))


def test_units_and_values_that_cannot_be_paired_change_nothing():
    alone = np.vstack([PUBLISHED, [X, X, 9, X], [X] * 4])
    assert alpha(alone, ordinal) == pytest.approx(alpha(PUBLISHED, ordinal))


@pytest.mark.parametrize("rows", [[[3, 3], [3, 3]], [[1, X], [X, 2]], [[X, X]]])
def test_where_nothing_can_be_said_it_is_none(rows):
    assert alpha(np.array(rows, dtype=float), ordinal) is None
