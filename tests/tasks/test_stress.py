"""Stress: named or chosen words agree with the annotation, ours or one in WhiStress's style."""

from random import Random

import pytest

from tests.tasks.voices import said
from zoo.acoustics.cue_fields import read_cues
from zoo.core.registry import tasks

KIDS = said(stressed_words=("Kids", "door"))


def lessons(utterance, **options):
    task = tasks.build("stress", options)
    (subject,) = task.subjects([utterance])
    return [task.lesson(subject, Random(seed)) for seed in range(40)]


def test_an_open_question_names_all_stressed_words_in_their_order():
    for lesson in lessons(said(stressed_words=("door", "Kids")), open_share=1.0):
        assert lesson.answer == "kids, door"
        assert lesson.options == ()
        assert '"The kids are by the door."' in lesson.question


def test_a_choice_holds_one_stressed_word_and_it_is_the_answer():
    drawn = lessons(KIDS, open_share=0.0)
    for lesson in drawn:
        assert lesson.answer == "kids"
        assert len(lesson.options) == len(set(lesson.options)) == 4
        assert {"kids", "door"} & set(lesson.options) == {lesson.answer}
        assert set(lesson.options) <= {"the", "kids", "are", "by", "door"}
        assert lesson.options == tuple(word for word in ("the", "kids", "are", "by", "door") if word in lesson.options)
        assert lesson.reply == f"<answer>{lesson.options.index('kids') + 1}</answer>"
        assert ", ".join(f"{i} {word}" for i, word in enumerate(lesson.options, 1)) in lesson.question


def test_the_choice_is_between_words_that_are_stressed_elsewhere_and_the_rarest_is_right():
    task = tasks.build("stress", {"open_share": 0.0, "needs_rival": True})
    often = [said(f"{i}.wav", stressed_words=("kids",)) for i in range(3)]
    subjects = task.subjects([*often, KIDS, said("y.wav", stressed_words=("by",)), said("z.wav", text="Oh, oh, no.")])
    drawn = [task.lesson(subject, Random(0)) for subject in subjects]
    # kids is stressed 4 times, door and by once each: of kids and door, door is the rarer one
    assert [lesson.answer for lesson in drawn] == ["kids", "kids", "kids", "door", "by"]
    assert all(len(lesson.options) == 4 for lesson in drawn)
    assert all({"door", "by"} < set(lesson.options) for lesson in drawn[:3]), "rivals come before the, are"
    assert "kids" not in drawn[3].options, "it is stressed too"


def test_what_the_words_alone_decide_is_no_test_of_hearing():
    alone = [said(f"{i}.wav", stressed_words=("kids",)) for i in range(3)]
    assert tasks.build("stress", {"needs_rival": True}).subjects(alone) == []
    assert len(tasks.build("stress").subjects(alone)) == 3


@pytest.mark.parametrize(
    "left_out",
    [
        said(stressed_words=None),
        said(stressed_words=()),
        said(stressed_words=("cats",)),
        said(text=None, stressed_words=("kids",)),
        said(text="Kids.", stressed_words=("kids",)),
    ],
    ids=["not annotated", "none stands out", "another sentence", "no words", "no other word"],
)
def test_what_lacks_a_stressed_word_is_left_out(left_out):
    assert tasks.build("stress").subjects([left_out, KIDS]) == tasks.build("stress").subjects([KIDS])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"transcription": "I didn't steal it.", "stress_pattern": {"binary": [1, 0, 0, 1]}}, ("I", "it")),
        ({"transcription": "I didn't steal it.", "emphasis_indices": [2]}, ("steal",)),
        ({"transcription": "I didn't steal it.", "emphasis_indices": []}, ()),
        ({"transcription": "I didn't steal it.", "stress_pattern": {"binary": [1, 0]}}, None),
        ({"transcription": "I didn't steal it.", "emphasis_indices": [9]}, None),
        ({"stressed_words": ["it"], "emphasis_indices": [0], "transcription": "I stole it."}, ("it",)),
    ],
)
def test_stress_by_marks_and_places_is_read(row, words):
    assert read_cues(row).stressed_words == words
