"""Sentences with choices: every form is reached, counted, and brackets without a partner are refused."""

import random

import pytest

from zoo.text.forms import choose, count, every

FORM = "the [pitch|tone [of it|]] is [|very ]{level}"


def test_every_form_is_counted_and_reached() -> None:
    texts = every(FORM)
    assert len(set(texts)) == len(texts) == count(FORM) == 6
    assert "the tone of it is very {level}" in texts
    assert {choose(FORM, random.Random(i)) for i in range(200)} == set(texts)


def test_a_sentence_of_more_forms_is_chosen_more_often() -> None:
    drawn = [choose(("a", "[b|c|d]"), random.Random(i)) for i in range(1000)]
    assert 200 < drawn.count("a") < 300
    assert count(("a", "[b|c|d]")) == 4


@pytest.mark.parametrize("text", ["[a", "a]", "a|b", "[a|[b]"])
def test_a_missing_bracket_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        every(text)
