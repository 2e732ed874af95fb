"""Which option an answer names: the block's words, whatever their case; nothing else counts."""

import pytest

from zoo.text.choice import chosen

OPTIONS = ("low", "normal", "rising-falling")


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("<answer>low</answer>", "low"),
        ("<answer> Low. </answer>", "low"),
        ("<think>It is high.</think><answer>normal</answer>", "normal"),
        ("<answer>rising-falling", "rising-falling"),
        ("low", "low"),
        ("The pitch is low.", None),
        ("<answer>high</answer>", None),
        ("<answer>low, normal</answer>", None),
        ("<answer>low</answer><answer>low</answer>", None),
        ("", None),
        ("<answer></answer>", None),
    ],
)
def test_an_answer_is_read(text, option):
    assert chosen(text, OPTIONS) == option


@pytest.mark.parametrize(
    ("said", "option"), [("2", "door"), ("<answer> 2. </answer>", "door"), ("0", None), ("4", None)]
)
def test_an_option_is_named_by_its_number(said, option):
    assert chosen(said, ("kids", "door", "by")) == option


def test_an_option_that_is_a_number_is_named_by_its_words():
    assert chosen("2", ("3", "2", "1")) == "2"
