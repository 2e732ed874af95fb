"""Label maps and the table of expected cues: complete, closed, and without contradictions between corpora."""

import pytest

from zoo.acoustics.cues import LEVELS
from zoo.text.emotions import FORMS, LABELS, NINE, nine_of, to_nine
from zoo.text.expected import EXPECTED, fits


@pytest.mark.parametrize(
    ("dataset", "word", "nine"),
    [
        ("ravdess", "calm", "neutral"),
        ("ravdess", "fearful", "fear"),
        ("ravdess", "disgusted", "contempt or disgust"),
        ("ravdess", "surprised", "surprise"),
        ("ravdess", " Angry ", "angry"),
        ("emodb", "bored", None),
        ("emodb", "happy", "happy"),
        ("emodb", "surprised", None),  # EmoDB has no surprise
        ("prosodia", "contempt or disgust", "contempt or disgust"),
        ("no-such-corpus", "happy", None),
        ("ravdess", "ecstatic", None),
    ],
)
def test_to_nine(dataset: str, word: str, nine: str | None) -> None:
    assert to_nine(dataset, word) == nine


def test_the_nine_and_the_corpora_have_their_published_classes() -> None:
    assert len(NINE) == len(set(NINE)) == 9
    assert set(LABELS["prosodia"]) == set(NINE)
    assert len(LABELS["ravdess"]) == 8
    assert len(LABELS["emodb"]) == 7


def test_a_word_means_the_same_in_every_corpus() -> None:
    for labels in LABELS.values():
        for word, nine in labels.items():
            assert nine is None or nine in NINE
            assert nine_of(word) == nine


def test_every_label_has_word_forms() -> None:
    assert {word for labels in LABELS.values() for word in labels} == set(FORMS)


def test_expected_covers_the_nine_with_levels_that_exist() -> None:
    assert set(EXPECTED) == set(NINE)
    for row in EXPECTED.values():
        for cue, levels in row.items():
            assert levels
            assert levels < set(LEVELS[cue]), "a cue that fits at every level would say nothing"


def test_no_two_emotions_have_the_same_row() -> None:
    rows = [tuple(sorted((cue, tuple(sorted(levels))) for cue, levels in row.items())) for row in EXPECTED.values()]
    assert len(set(rows)) == len(NINE)


def test_fits() -> None:
    assert fits("angry", "pitch", "high") is True
    assert fits("sad", "speed", "fast") is False
    assert fits("whisper", "pitch", "high") is None
    assert fits(None, "pitch", "high") is None
