"""Facts from rows: the released names and their aliases, null for what is outside the vocabulary; contradictions."""

from typing import Any

import pytest

from zoo.acoustics.cues import Cues
from zoo.text.facts import Facts, contradictions, read_facts


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, Facts(Cues())),
        (
            {
                "pitch_level": "High",
                "energy_level": "normal",
                "speed_level": "slow",
                "intonation": "Rising-Falling",
                "stressed_words": ["door"],
                "gender": "female",
                "age_level": "Young Adult",
                "transcription": " Hi. ",
            },
            Facts(Cues("high", "normal", "slow", "rising-falling", ("door",)), "female", "young adult", "Hi."),
        ),
        (
            {
                "intonation_contour": "rising_falling",
                "stress_words": "door, kids",
                "gender_new": "M",
                "age_group": "Middle-aged",
                "text": "Hi.",
            },
            Facts(Cues(intonation="rising-falling", stressed_words=("door", "kids")), "male", "middle-aged", "Hi."),
        ),
        (
            {"contour_shape": "falling", "stress": [], "speaker_gender": "woman", "speaker_age": "Elderly"},
            Facts(Cues(intonation="falling", stressed_words=()), "female", "elderly"),
        ),
        ({"intonation": "uncertain", "pitch_level": None, "energy_level": "", "age_level": "thirty"}, Facts(Cues())),
        ({"intonation": "too_short", "gender": "unknown", "stressed_words": None, "text": 5}, Facts(Cues())),
        ({"pitch_level": 3, "stressed_words": [1, None, "a"], "gender": 0}, Facts(Cues(stressed_words=("a",)))),
    ],
)
def test_read_facts(row: dict[str, Any], expected: Facts) -> None:
    assert read_facts(row) == expected


def test_contradictions_name_what_is_wrong_and_what_is_not_known() -> None:
    facts = Facts(Cues("high", stressed_words=()), "female", None, None)
    assert contradictions("Her pitch is high, says the woman.", facts) == []
    told = contradictions('The pitch is low. The pace is slow. The stress is on "a". An elderly man.', facts)
    assert [line.split(" which ")[0] for line in told] == [
        'it says pitch "low",',
        'it says speed "slow",',
        'it says stress "a",',
        'it says age "elderly",',
        'it says gender "male",',
    ]
    assert ["contradicts" in line for line in told] == [True, False, True, False, True]
