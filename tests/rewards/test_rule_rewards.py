"""Format and outcome: the two rewards that need no judge."""

from dataclasses import replace
from typing import Any

import pytest

from zoo.rewards.format import Format
from zoo.rewards.outcome import Outcome, correct
from zoo.rewards.reward import Answer


def test_format_is_one_for_a_trace_alone(group: Any, answer: Any, no_trace: Answer) -> None:
    wrapped = Answer.read("Well: <think>a</think><answer>angry</answer>")
    assert Format().score(group(answer("sad"), no_trace, wrapped)).tolist() == [1.0, 0.0, 0.0]


def test_outcome_ignores_case_and_space(group: Any, answer: Any, no_trace: Answer) -> None:
    scored = group(answer(" Angry\n"), answer("sad"), answer("angry."), answer("furious"), no_trace)
    assert Outcome().score(scored).tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert correct(scored).tolist() == [True, False, False, False, False]


def test_outcome_of_an_emotion_of_several_words(group: Any, answer: Any, utterance: Any) -> None:
    contempt = replace(utterance, emotion="Contempt or disgust")
    scored = group(answer("contempt  or disgust"), answer("contempt"), utterance=contempt)
    assert correct(scored).tolist() == [True, False]


@pytest.mark.parametrize("reference", [None, "bored"])
def test_a_reference_that_no_answer_could_meet_is_refused(
    reference: Any, group: Any, answer: Any, utterance: Any
) -> None:
    with pytest.raises(ValueError, match=r"prosodia/a\.wav: the reference"):
        correct(group(answer("sad"), utterance=replace(utterance, emotion=reference)))


def test_weights_of_the_paper() -> None:
    assert (Format().weight, Outcome().weight) == (0.3, 1.0)
