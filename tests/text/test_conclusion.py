"""Which emotion a text arrives at."""

import pytest

from zoo.text.conclusion import conclusion
from zoo.text.emotions import NINE


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("It is anger.", "angry"),
        ("Angry rather than happy.", "angry"),
        ("At first happy, but then sad.", "sad"),
        ("This is not sad. ", None),
        ("So it is contempt.", "contempt or disgust"),
        ('He says "I am sad".', None),
        ("Confused or not, it is contempt or disgust.", "contempt or disgust"),
        ("", None),
    ],
)
def test_conclusion(text: str, emotion: str | None) -> None:
    assert conclusion(text, NINE) == emotion


def test_a_form_that_is_an_option_itself_names_that_option() -> None:
    assert conclusion("So it is fear.", ("fearful", "sad")) == "fearful"
    assert conclusion("So it is fear.", ("fearful", "fear")) == "fear"
