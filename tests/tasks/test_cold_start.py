"""Cold start: a trace that ends in the utterance's emotion, the corpus's own where there is one."""

from dataclasses import replace
from random import Random

import pytest

from tests.tasks.voices import said
from zoo.core.registry import tasks
from zoo.text.claims import claims
from zoo.text.trace import parse

EMOTIONS = {"voices": ("angry", "sad")}


def drawn(*utterances, seed=0):
    task = tasks.build("cold-start", emotions=EMOTIONS)
    return [task.lesson(subject, Random(seed)) for subject in task.subjects(utterances)]


def test_a_written_trace_states_the_cues_and_reaches_the_emotion():
    (lesson,) = drawn(said(pitch="high", energy="low"))
    trace = parse(lesson.reply)
    assert trace.answer == lesson.answer == "angry"
    assert {("pitch", "high"), ("energy", "low")} <= {(claim.cue, claim.value) for claim in claims(trace.think)}
    assert lesson.question is None, "it is the model's own question about emotions"
    assert lesson.options == ("angry", "sad")


@pytest.mark.parametrize(
    "reasoning",
    ["The voice is loud.", "<think>The voice is loud.</think><answer>angry</answer>", "<think>The voice is loud."],
)
def test_the_corpus_own_reasoning_is_learnt_as_it_is(reasoning):
    (lesson,) = drawn(replace(said(), reasoning=reasoning))
    assert lesson.reply == "<think>The voice is loud.</think><answer>angry</answer>"


def test_what_has_no_emotion_of_the_list_or_nothing_to_say_is_left_out():
    assert drawn(said(emotion=None, pitch="high"), said(emotion="bored", pitch="high"), said()) == []
