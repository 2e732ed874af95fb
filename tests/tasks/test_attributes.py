"""Levels: every known cue is asked for, options change places, and the answer is what was measured."""

from random import Random

import pytest

from tests.tasks.voices import said
from zoo.acoustics.cues import LEVELS
from zoo.core.registry import tasks
from zoo.text.choice import chosen

LOUD = said(pitch="high", energy="low", speed="fast", intonation="falling")


def lesson(subject, seed=0):
    return tasks.build("attributes").lesson(subject, Random(seed))


def test_each_known_cue_is_asked_for_and_no_other():
    whisper = said("b.wav", energy="low")
    subjects = tasks.build("attributes").subjects([LOUD, whisper])
    assert [(s.utterance, s.cue) for s in subjects] == [*((LOUD, cue) for cue in LEVELS), (whisper, "energy")]


def test_an_utterance_too_short_for_intonation_is_left_out_of_it():
    short = said(pitch="high", energy="low", speed="fast", intonation=None)
    assert "intonation" not in {s.cue for s in tasks.build("attributes").subjects([short])}


@pytest.mark.parametrize("cue", LEVELS)
def test_the_answer_is_the_annotation_in_whatever_order_the_options_stand(cue):
    (subject,) = [s for s in tasks.build("attributes").subjects([LOUD]) if s.cue == cue]
    drawn = [lesson(subject, seed) for seed in range(40)]
    for one in drawn:
        assert one.answer == LOUD.cues.known()[cue]
        assert sorted(one.options) == sorted(LEVELS[cue])
        assert ", ".join(one.options) in one.question
        assert one.reply == f"<answer>{one.answer}</answer>"
        assert chosen(one.reply, one.options) == one.answer
        assert one.waves == (LOUD.audio_path,)
    assert {one.options.index(one.answer) for one in drawn} == set(range(len(LEVELS[cue]))), "right at every place"
    assert len({one.question.partition("?")[0] for one in drawn}) >= 3, "several phrasings"


def test_the_same_seed_asks_the_same():
    (subject, *_) = tasks.build("attributes").subjects([LOUD])
    assert lesson(subject, 3) == lesson(subject, 3)
    assert any(lesson(subject, 3) != lesson(subject, seed) for seed in range(4, 9))
