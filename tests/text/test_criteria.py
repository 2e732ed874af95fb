"""Marks and scores: bounds, names, and what an LLM may get wrong."""

import pytest

from zoo.core.criteria import NAMES, Marks, Scores

GOOD = dict.fromkeys(NAMES.values(), 4)


def test_marks_become_shares_of_five():
    assert Marks(5, 4, 3, 1).scores() == Scores(1.0, 0.8, 0.6, 0.2)


def test_marks_come_back_from_what_they_are_written_as():
    assert Marks.from_dict(Marks(5, 4.5, 3, 1).to_dict()) == Marks(5, 4.5, 3, 1)


@pytest.mark.parametrize("value", [0, 6, float("nan"), True, "4", None])
def test_a_mark_that_is_none_is_refused_by_its_name(value):
    with pytest.raises(ValueError, match="caption_completeness"):
        Marks.from_dict(GOOD | {"caption_completeness": value})
