"""Intervals by speaker against hand-worked numbers, and the table's words."""

from types import SimpleNamespace

import numpy as np
import pytest

from zoo.report.comparison import columns_of, compared, markdown, notes, parameters, written
from zoo.report.comparison_page import page
from zoo.report.intervals import difference, drawn
from zoo.stages.score import EmotionScore


def rows(right_by_speaker, each=10, emotions=("sad", "calm")):
    """`each` utterances a speaker, the emotions in turn; the first so many are told right."""
    return [
        {
            "key": f"{s}{i}",
            "dataset": "d",
            "speaker": f"s{s}",
            "emotion": (emotion := emotions[i % len(emotions)]),
            "answer": emotion if i < right else "angry",
        }
        for s, right in enumerate(right_by_speaker)
        for i in range(each)
    ]


def test_the_figures_are_those_of_the_evaluation():
    told = rows([3, 10, 6])
    score = EmotionScore({"d": ("sad", "calm")})
    for row in told:
        score.update("d", row["emotion"], row["answer"])
    found, expected = drawn([told]), score.results()
    assert found.accuracy.value == pytest.approx(expected["accuracy"]) == pytest.approx(19 / 30)
    assert found.uar.value == pytest.approx(expected["uar"])


def test_the_interval_is_that_of_a_mean_over_speakers():
    by_speaker = np.random.default_rng(1).integers(0, 11, 40)
    found = drawn([rows(by_speaker)]).accuracy
    deviation = by_speaker.std() / 10 / np.sqrt(40)  # of the mean, speakers being drawn with replacement
    assert found.low == pytest.approx(found.value - 1.96 * deviation, abs=0.01)
    assert found.high == pytest.approx(found.value + 1.96 * deviation, abs=0.01)


def test_two_speakers_give_their_extremes_and_one_gives_none():
    found = drawn([rows([0, 10])]).accuracy
    assert (found.low, found.value, found.high) == (0.0, 0.5, 1.0)
    assert drawn([rows([5])]).accuracy.low is None


def test_a_difference_is_paired():
    one, other = drawn([rows([8, 2, 5])]), drawn([rows([7, 1, 4])])
    gap = difference(one.draws["accuracy"], other.draws["accuracy"], one.accuracy.value - other.accuracy.value)
    assert (gap.low, gap.value, gap.high) == pytest.approx((0.1, 0.1, 0.1)), "each speaker gains one of ten"
    assert one.accuracy.high - one.accuracy.low > 0.3


def test_seeds_are_averaged_and_widen_the_interval():
    many = [rows([5] * 20), rows([9] * 20)]
    found = drawn(many).accuracy
    assert found.value == pytest.approx(0.7)
    assert found.each == (0.5, 0.9)
    assert (found.low, found.high) == pytest.approx((0.5, 0.9))


def test_scores_of_reasoning_have_intervals_and_paired_differences_too():
    worth = [[0.9, 0.5, 0.7], [0.8, 0.4, 0.6]]  # by member and speaker
    told = [
        [{**row, "scores": {"grounded": worth[m][i // 10], "judge j": None}} for i, row in enumerate(rows([8, 2, 5]))]
        for m in range(2)
    ]
    told[0][0]["scores"]["judge j"] = 0.3
    first = drawn([told[0]])
    assert first.scores["grounded"].value == pytest.approx(0.7)
    assert (first.scores["grounded"].low, first.scores["grounded"].high) == pytest.approx((0.5, 0.9))
    assert "judge j" not in first.scores, "two of its speakers were never marked"
    lines = compared([(member("a"), result(told[1])), (member("b"), result(told[0]))])
    gap = lines[1].figures["grounded over"]
    assert (gap.low, gap.value, gap.high) == pytest.approx((0.1, 0.1, 0.1))
    assert "grounded over" not in lines[0].figures


def test_a_judge_is_a_column_of_its_own_by_the_end_of_its_name():
    told = [{**row, "scores": {"judge runs/json/one/checkpoint": 0.25}} for row in rows([8, 2])]
    lines = compared([(member("a"), result(told)), (member("b"), result(told))])
    words = {column.words: written(column, lines[1]) for column in columns_of(lines)}
    assert words["reasoning by json/one (0-1)"] == "0.250 [0.250, 0.250]"
    assert words["reasoning by json/one, over the first"] == "+0.000 [+0.000, +0.000]"


def result(told, **more):
    figures = {"grounded": 0.5, "parameters": 5_234_688, "cost": {"peak_mb": 950.0, "utterances_per_s": 12.0}}
    return {"stage": "sft", "checkpoint": "c", "figures": figures, "training": {}, "rows": told, **more}


def member(of, seed=None):
    return SimpleNamespace(of=of, seed=seed, trained_on="tones:test=s0")


@pytest.fixture
def results():
    trained = {"training": {"seconds": 8_000, "peak_mb": 2_000.0}}
    return [
        (member("a|<b>", 17), result(rows([8, 2, 5]), **trained)),
        (member("a|<b>", 18), result(rows([9, 3, 6]), **trained)),
        (member("c"), result(rows([7, 1, 4]))),
    ]


def test_the_table_says_what_is_there_and_a_dash_for_what_is_not(results):
    lines = compared(results)
    told = {(column.key, line.name): written(column, line) for column in columns_of(lines) for line in lines}
    assert told["accuracy", "a|<b>"].startswith("55.0 % [")
    assert told["parameters", "c"] == "5.23 M"
    assert told["train_s", "a|<b>"] == "2.2 h"
    assert told["train_s", "c"] == told["accuracy over", "a|<b>"] == "-"
    assert told["accuracy over", "c"].startswith("-15.0 [")
    assert ("perception", "c") not in told, "nobody was asked"
    said = notes(lines, "prosodia:x", [r for _, r in results])
    assert "speakers and seeds" in " ".join(said)
    assert "synthetic" in said[-1]
    table = markdown(lines, said).split("\n")
    assert len({row.replace("\\|", "").count("|") for row in table[: len(columns_of(lines)) + 2]}) == 1


def test_the_page_escapes_names(results):
    lines = compared(results)
    text = page("x", lines, ["<note>"], "python")
    assert "<b>" in text
    assert "a|<b>" not in text
    assert "a|&lt;b&gt;" in text
    assert "<note>" not in text


def test_counts_are_written_short():
    assert [parameters(n) for n in (950, 84_000, 5_234_688, 7_600_000_000)] == ["950", "0.08 M", "5.23 M", "7.60 G"]
