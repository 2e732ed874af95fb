"""Where a claim went when its cue rose, from claims that are written out."""

import pytest

from zoo.text.moves import emotion_moved, held, outcome


@pytest.mark.parametrize(
    ("before", "after", "went"),
    [
        ({"low"}, {"high"}, "up"),
        ({"normal"}, {"normal"}, "stayed"),
        ({"normal"}, {"low"}, "down"),
        ({"high"}, {"high"}, "top"),
        ({"high"}, {"normal"}, "down"),
        ({"low"}, set(), "silent"),
        (set(), {"high"}, "silent"),
        ({"low"}, {"low", "high"}, "up"),  # at the mean of both
        ({"normal"}, {"low", "high"}, "stayed"),
        ({"high"}, {"normal", "high"}, "down"),
    ],
)
def test_a_level_goes_up_stays_or_goes_down(before, after, went):
    assert outcome({"pitch": before}, {"pitch": after}, "pitch") == went


def test_speed_has_words_of_its_own():
    assert outcome({"speed": {"slow"}}, {"speed": {"fast"}}, "speed") == "up"


@pytest.mark.parametrize(
    ("before", "after", "went"),
    [
        ({"kids"}, {"door"}, "up"),
        (set(), {"door"}, "up"),
        ({"door"}, {"door", "kids"}, "top"),
        ({"door"}, {"kids"}, "down"),
        ({"kids"}, {"kids"}, "stayed"),
        (set(), set(), "silent"),
    ],
)
def test_stress_is_called_by_the_word_that_it_was_moved_to(before, after, went):
    assert outcome({"stress": before}, {"stress": after}, "stress", "door") == went


def test_the_other_claims_are_compared_as_they_are():
    before = {"pitch": {"low"}, "energy": {"low"}, "speed": {"slow"}, "gender": {"male"}}
    after = {"pitch": {"high"}, "energy": {"low"}, "intonation": {"flat"}, "gender": {"female"}}
    assert held(before, after, "pitch") == (1, 3), "energy holds; speed is gone, intonation is new; gender is no cue"
    assert held(before, before, "pitch") == (2, 2)


def test_an_answer_goes_to_an_emotion_that_the_raised_cue_fits_or_from_it():
    assert emotion_moved("sad", "angry", "pitch") == "towards"
    assert emotion_moved("happy", "sad", "speed") == "away"
    assert emotion_moved("happy", "angry", "energy") == "aside"
    assert emotion_moved("sad", "angry", "stress") == "aside"
    assert emotion_moved(None, "angry", "pitch") == "towards"
