"""The mix: weights, turns, and the same lessons for a seed, an epoch and an utterance, also after a resume."""

from collections import Counter

import pytest

from tests.tasks.voices import said
from zoo.core.errors import ZooError
from zoo.core.registry import tasks
from zoo.tasks.curriculum import Curriculum

UTTERANCES = [said(f"{i}.wav", pitch="high", energy="low", stressed_words=("kids",)) for i in range(12)]


def length(lesson):
    return len(str(lesson.question)), len(lesson.reply)


def curriculum(seed=1, utterances=UTTERANCES, per_step=4, groups=1, **weights):
    mix = weights or {"stress": 1.0, "attributes": 2.0, "cold-start": 0.5}
    told = {"emotions": {"voices": ("angry", "sad")}}
    built = {name: (tasks.build(name, **told), weight) for name, weight in mix.items()}
    return Curriculum(built, utterances, per_step, seed, length, groups)


def test_an_epoch_holds_the_lessons_that_the_weights_say():
    made = curriculum()
    lessons = [lesson for batch in made.epoch(0) for lesson in batch]
    assert made.steps_an_epoch == len(made.epoch(0)) == (12 + 24 + 6) // 4
    assert abs(Counter(lesson.task for lesson in lessons)["attributes"] - 24) <= 2, "what fills no batch is left out"
    assert all(len(batch) == 4 for batch in made.epoch(0))


def test_it_says_what_is_taught():
    assert curriculum().about() == (
        "lessons of an epoch, 10 steps of 4: stress 12 (of 12 subjects), attributes 24 (of 24 subjects), "
        "cold-start 6 (of 12 subjects)"
    )


def test_every_subject_has_its_turn_before_any_comes_again():
    lessons = [lesson for batch in curriculum(attributes=2.0).epoch(0) for lesson in batch]
    assert Counter((one.utterance.key, one.cue) for one in lessons) == {
        (u.key, cue): 1 for u in UTTERANCES for cue in ("pitch", "energy")
    }


def test_half_an_epoch_goes_on_where_it_stopped():
    made = curriculum(attributes=1.0)
    lessons = [lesson for number in (0, 1) for batch in made.epoch(number) for lesson in batch]
    assert set(Counter((one.utterance.key, one.cue) for one in lessons).values()) == {1}


def test_a_resumed_run_draws_the_same():
    whole = list(curriculum().order(25))
    assert whole[7:] == list(curriculum().order(25, start=7))
    assert len(whole) == 25
    assert whole != list(curriculum(seed=2).order(25))
    first, second = curriculum().epoch(0), curriculum().epoch(1)
    assert first != second


def test_ranks_share_the_steps():
    alone = list(curriculum().order(12))
    shared = [list(curriculum().order(6, rank, 2)) for rank in range(2)]
    assert [batch for pair in zip(*shared, strict=True) for batch in pair] == alone


def test_a_lesson_does_not_depend_on_what_else_there_is():
    def of_first(made):
        drawn = {(one.utterance.key, one.cue): one for batch in made.epoch(0) for one in batch}
        return drawn[UTTERANCES[0].key, "pitch"]

    assert of_first(curriculum(attributes=2.0)) == of_first(curriculum(attributes=2.0, utterances=UTTERANCES[:4]))


def test_a_task_without_any_subject_is_told():
    mute = [said(f"{i}.wav", pitch="high") for i in range(4)]
    with pytest.raises(ZooError, match="none of 4 training utterances has what the task stress needs"):
        curriculum(utterances=mute, stress=1.0, attributes=1.0)
    with pytest.raises(ZooError, match="fill no batch of 4"):
        curriculum(utterances=mute, attributes=0.5)


def test_a_step_may_be_made_of_groups_of_like_length():
    made = curriculum(groups=2)
    steps = made.epoch(0)
    assert [len(step) for step in steps] == [4] * made.steps_an_epoch
    together = [abs(length(a)[1] - length(b)[1]) for step in steps for a, b in (step[:2], step[2:])]
    apart = [abs(length(step[0])[1] - length(step[2])[1]) for step in steps]
    assert sum(together) / len(together) < sum(apart) / len(apart)
    with pytest.raises(ZooError, match="4 lessons a step do not make 3 groups"):
        curriculum(groups=3)
