"""Traces: what counts as one, and that nothing makes the parser raise."""

import itertools
import random
import re

import pytest

from zoo.text.trace import TAGS, Trace, parse, render

GOOD = "<think>The pitch is high.</think><answer>angry</answer>"


def test_render_and_parse_agree() -> None:
    trace = Trace("The pitch is high.\nSo it is anger.", "contempt or disgust")
    assert parse(render(trace)) == trace
    assert render(Trace("The pitch is high.", "angry")) == GOOD


@pytest.mark.parametrize(
    "text", [GOOD, f"\n {GOOD}\n\n", GOOD.replace("><a", ">\n\t<a"), GOOD.replace(">angry<", ">\n angry <")]
)
def test_white_space_around_and_between_is_allowed(text: str) -> None:
    assert parse(text) == Trace("The pitch is high.", "angry")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "angry",
        "<think>a</think>",
        "<answer>angry</answer>",
        "<answer>angry</answer><think>a</think>",  # the wrong order
        GOOD + GOOD,
        GOOD + "<answer>sad</answer>",
        GOOD + " I hope this helps",
        "Well: " + GOOD,
        GOOD.replace("><a", ">so<a"),  # text between
        "<think></think><answer>angry</answer>",
        "<think>a</think><answer> \n </answer>",
        "<think>a<answer>angry</answer></think>",  # nested
        "<think>a<answer></think>angry</answer>",  # crossed
        "<think>a</answer></think><answer>angry",
        "</think>a<think><answer>angry</answer>",
        "<think>a<think>b</think></think><answer>angry</answer>",
        "<think>a</think><answer>angry",  # cut off
        "<THINK>a</THINK><answer>angry</answer>",
    ],
)
def test_anything_else_is_no_trace(text: str) -> None:
    assert parse(text) is None


def test_random_junk_never_raises_and_what_parses_renders_back() -> None:
    rng = random.Random(0)
    pieces = [*TAGS, " ", "\n", "angry", "<", ">", "/", "think", "\x00", "é", "\ud800"]
    for _ in range(20_000):
        trace = parse("".join(rng.choices(pieces, k=rng.randrange(12))))
        if trace is not None:
            assert parse(render(trace)) == trace
            assert not any(tag in trace.think + trace.answer for tag in TAGS)


def test_every_order_of_up_to_six_pieces_agrees_with_the_grammar() -> None:
    inner = r"((?:(?!</?think>|</?answer>).)*)"
    grammar = re.compile(rf"\s*<think>{inner}</think>\s*<answer>{inner}</answer>\s*", re.DOTALL)
    traces = 0
    for n in range(7):
        for pieces in itertools.product([*TAGS, " ", "x"], repeat=n):
            text = "".join(pieces)
            match = grammar.fullmatch(text)
            full = match is not None and bool(match[1].strip()) and bool(match[2].strip())
            assert (parse(text) is not None) == full, text
            traces += full
    assert traces == 1  # with two words and four tags there is one way
