"""Scores against every annotator, worked by hand."""

import pytest

from zoo.report.annotators import annotator_measures
from zoo.report.measures import measures

OPTIONS = ("happy", "sad", "angry", "neutral")


def row(emotion, answer, *votes):
    return {"dataset": "iemocap", "speaker": "s", "emotion": emotion, "answer": answer, "votes": list(votes)}


ROWS = [
    row("sad", "sad", "sad", "sad", "neutral"),
    row("sad", "neutral", "sad", "neutral", "sad"),  # one annotator said so
    row("happy", "angry", "happy", "happy", "frustration"),
    row("sad", "odd", "sad"),
    row("angry", "angry", "frustration"),  # no vote among the options: not counted
]


def test_by_hand():
    found = annotator_measures(ROWS, OPTIONS)
    assert found["n"] == 4
    assert found["any_match"] == pytest.approx(2 / 4)
    assert found["chance"] == pytest.approx((2 + 2 + 1 + 1) / 4 / 4)
    assert (found["majority"], found["majority_any_match"]) == ("sad", pytest.approx(3 / 4))
    # references after credit: sad, neutral, happy, sad; F1 of sad 2/3, of neutral 1, of happy 0
    assert found["any_macro_f1"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found["votes"] == pytest.approx((3 + 3 + 3 + 1) / 4)


def test_a_corpus_without_votes_has_none():
    plain = [row("sad", "sad")]
    assert annotator_measures(plain, OPTIONS) is None
    assert "annotators" not in measures(plain, {"iemocap": OPTIONS})
    assert measures(ROWS, {"iemocap": OPTIONS})["annotators"]["iemocap"]["any_match"] == 0.5
