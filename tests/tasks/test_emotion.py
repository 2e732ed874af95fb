"""The emotion by itself: the right one of the corpus's list, at every place, and nothing reasoned."""

from random import Random

from tests.tasks.voices import said
from zoo.core.registry import tasks
from zoo.text.choice import chosen

EMOTIONS = {"voices": ("angry", "sad", "happy")}


def drawn(*utterances, seed=0):
    task = tasks.build("emotion", emotions=EMOTIONS)
    return [task.lesson(subject, Random(seed)) for subject in task.subjects(utterances)]


def test_the_answer_is_the_emotion_alone_in_whatever_order_the_options_stand():
    lessons = [lesson for seed in range(40) for lesson in drawn(said(), seed=seed)]
    for lesson in lessons:
        assert lesson.answer == "angry"
        assert lesson.reply == "<answer>angry</answer>"
        assert sorted(lesson.options) == sorted(EMOTIONS["voices"])
        assert ", ".join(lesson.options) in lesson.question
        assert chosen(lesson.reply, lesson.options) == "angry"
    assert {lesson.options.index("angry") for lesson in lessons} == {0, 1, 2}, "right at every place"
    assert len({lesson.question.partition("?")[0] for lesson in lessons}) >= 3, "several phrasings"
    assert drawn(said(), seed=3) == drawn(said(), seed=3)


def test_a_voice_without_cues_can_be_asked_about_and_one_without_an_emotion_of_the_list_cannot():
    assert len(drawn(said())) == 1
    assert drawn(said(emotion=None, pitch="high"), said(emotion="bored")) == []
