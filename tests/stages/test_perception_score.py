"""Figures of perception from hand-made answers: accuracy, chance, majority, worked out by hand."""

import pytest

from zoo.stages.perception_score import PerceptionScore

LEVELS = ("low", "normal", "high")


def scored(*rows):
    score = PerceptionScore()
    for row in rows:
        score.update(*row)
    return score.results()


def test_levels_by_hand():
    found = scored(
        ("pitch", LEVELS, "high", "high"),
        ("pitch", LEVELS, "high", "low"),
        ("pitch", ("high", "low", "normal"), "low", "low"),
        ("pitch", LEVELS, "normal", None),
        ("intonation", ("a", "b", "c", "d", "e", "f"), "a", "a"),
    )
    pitch = found["by_cue"]["pitch"]
    assert pitch["accuracy"] == 2 / 4
    assert pitch["chance"] == pytest.approx(1 / 3)
    assert pitch["majority"] == 2 / 4, "always high"
    assert (pitch["majority_answer"], pitch["outside_options"], pitch["n"]) == ("high", 1, 4)
    assert pitch["told"] == {"high": {"high": 1, "low": 1}, "low": {"low": 1}, "normal": {"none of them": 1}}
    assert found["by_cue"]["intonation"]["chance"] == pytest.approx(1 / 6)
    assert found["mean"] == pytest.approx((0.5 + 1.0) / 2), "cues weigh the same, whatever their n"
    assert found["n"] == 5


def test_the_majority_knows_where_the_right_word_stands():
    rows = [("stress", (f"a{i}", f"b{i}"), f"b{i}", None) for i in range(5)]
    stress = scored(*rows, ("stress", ("x", "y"), "x", "y"))["by_cue"]["stress"]
    assert stress["majority"] == 1.0
    assert stress["told"] == {"2": {"none of them": 5}, "1": {"2": 1}}, "by place, where the options differ"


def test_the_majority_knows_the_words_but_not_the_audio():
    # right: kids 3, door 2, by 1. Of each question's options the most frequent one is given.
    found = scored(
        ("stress", ("by", "kids"), "kids", None),
        ("stress", ("kids", "door"), "kids", None),
        ("stress", ("door", "kids"), "kids", None),
        ("stress", ("kids", "door"), "door", None),
        ("stress", ("door", "by"), "door", None),
        ("stress", ("by", "the", "are", "on"), "by", None),
    )["by_cue"]["stress"]
    assert found["majority"] == pytest.approx(5 / 6), "all but the door that stands beside kids"
    assert found["chance"] == pytest.approx((5 * 1 / 2 + 1 / 4) / 6)


def test_cues_stand_in_the_papers_order():
    rows = [(cue, LEVELS, "low", "low") for cue in ("stress", "intonation", "energy", "speed", "pitch")]
    assert list(scored(*rows)["by_cue"]) == ["pitch", "speed", "energy", "intonation", "stress"]


def test_nothing_asked_is_no_figure():
    assert scored() == {"mean": None, "n": 0, "by_cue": {}}


def test_several_corpora_have_figures_of_their_own():
    found = scored(("pitch", LEVELS, "low", "low", "a"), ("pitch", LEVELS, "high", "low", "b"))
    assert found["mean"] == 0.5
    assert {name: row["mean"] for name, row in found["by_corpus"].items()} == {"a": 1.0, "b": 0.0}
