"""Traces: what counts as one, and that nothing makes the parser raise."""

import random

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
    parsed = 0
    for _ in range(20_000):
        trace = parse("".join(rng.choices(pieces, k=rng.randrange(12))))
        if trace is not None:
            parsed += 1
            assert parse(render(trace)) == trace
            assert not any(tag in trace.think + trace.answer for tag in TAGS)
    for order in ([0, 2, 1, 3], [2, 0, 3, 1], [1, 0, 2, 3], [0, 1, 3, 2], [3, 2, 1, 0]):
        assert parse("x".join(TAGS[i] for i in order)) is None
