"""Figures of how alike texts are, against numbers worked by hand."""

import pytest

from zoo.text.overlap import distinct, overlap


def test_a_text_agrees_with_itself_whatever_its_case_and_punctuation():
    figures = overlap(["The pitch, it is HIGH and loud!"], ["the pitch it is high and loud"])
    assert figures["bleu"] == figures["rouge_l"] == pytest.approx(1.0)
    assert figures["meteor_exact_stem"] == pytest.approx(1 - 0.5 * (1 / 7) ** 3), "one chunk of seven words"


def test_figures_worked_by_hand():
    figures = overlap(["the pitch is high"], ["the pitch stays high"])
    assert figures["bleu"] == 0.0, "no three words in a row"
    assert figures["rouge_l"] == pytest.approx(3 / 4)
    # Three of four words match in two chunks: F = P = R = 3/4, penalty 0.5 * (2 / 3) ** 3.
    assert figures["meteor_exact_stem"] == pytest.approx(3 / 4 * (1 - 0.5 * (2 / 3) ** 3))


def test_a_stem_counts_in_meteor_and_a_synonym_does_not():
    assert overlap(["he whispers"], ["he whispered"])["meteor_exact_stem"] > 0.9
    assert overlap(["loud"], ["noisy"])["meteor_exact_stem"] == 0.0


def test_no_text_is_an_empty_one():
    assert set(overlap([None], ["the pitch is high"]).values()) == {0.0}


def test_distinct_counts_over_all_texts():
    assert distinct(["a b a", "a b"], 1) == pytest.approx(2 / 5)
    assert distinct(["a b a", "a b"], 2) == pytest.approx(2 / 3)
    assert distinct(["a"], 2) == 0.0
