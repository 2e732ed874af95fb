"""The tone of words: found where the list has them, plain where it has none, unknown where it cannot tell."""

import pytest

from zoo.text.valence import LEXICON, tone


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("I love this wonderful day!", "en", "good"),
        ("I HATE it.", "en", "bad"),
        ("Kids are talking by the door.", "en", "plain"),
        ("I am not happy.", "en", None),
        ("I don't love it", "en", None),
        ("I don\u2019t love it", "en", None),
        ("I love and hate it", "en", None),
        ("", "en", None),
        ("12 34", "en", None),
        ("Das ist schrecklich", "de", "bad"),
        ("Ich freue mich, das ist schön", "de", "good"),
        ("Der Lappen liegt auf dem Eisschrank.", "de", "plain"),
        ("Das ist nicht schön", "de", None),
        ("C'est terrible", "fr", None),
        ("word " * 300, "en", None),
    ],
)
def test_tone(words: str, language: str, expected: str | None) -> None:
    assert tone(words, language) == expected


def test_no_word_is_on_both_sides() -> None:
    assert not [language for language, (good, bad) in LEXICON.items() if good & bad]
