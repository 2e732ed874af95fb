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
