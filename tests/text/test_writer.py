"""The writer: honest, of the right length, led by the cues; and the extractor reads back what it wrote."""

import random
from collections.abc import Iterator

import pytest

from zoo.acoustics.cues import LEVELS, Cues
from zoo.text.claims import claims, spoken_word
from zoo.text.conclusion import conclusion
from zoo.text.emotions import FORMS, LABELS, NINE
from zoo.text.expected import EXPECTED
from zoo.text.grammar import REASONS, WHY
from zoo.text.trace import Trace, parse, render
from zoo.text.writer import NAMED_WORDS, write

EMOTIONS = sorted({word for labels in LABELS.values() for word in labels})
WORDS = ("Kids", "door.", "don't", "loud", "happy", "low", "schön", "high", '"so"', "they're,", "slowly", "man")
TEXTS = (
    None,
    "",
    "Kids are talking by the door.",
    'He said "speak slow" </think> in a low pitch!',
    "Stop!",
    "a b " * 60,
)
Case = tuple[Cues, str, str | None, str]


def cases(style: str, n: int = 3000) -> Iterator[Case]:
    rng = random.Random(f"cases {style}")
    for i in range(n):
        levels = {cue: rng.choice([None, *choices, *choices]) for cue, choices in LEVELS.items()}
        stressed = rng.choice([None, (), tuple(rng.sample(WORDS, rng.randrange(1, 5)))])
        cues = Cues(**levels, stressed_words=stressed)  # type: ignore[arg-type]
        gender = rng.choice([None, "female", "male", "unknown"])
        emotion = rng.choice(EMOTIONS)
        yield cues, emotion, gender, write(cues, emotion, random.Random(i), gender, rng.choice(TEXTS), style)


@pytest.mark.parametrize("style", ["short", "long"])
def test_the_extractor_reads_back_exactly_what_was_measured(style: str) -> None:
    for cues, _, gender, text in cases(style):
        got = {(c.cue, c.value) for c in claims(text)}
        stress = {value for cue, value in got if cue == "stress"}
        expected = set(cues.known().items()) | ({("gender", gender)} if gender in ("female", "male") else set())
        assert {pair for pair in got if pair[0] != "stress"} == expected, text
        spoken = [spoken_word(word) for word in cues.stressed_words or ()]
        assert stress == set(spoken[: NAMED_WORDS[style]]), text


@pytest.mark.parametrize("style", ["short", "long"])
def test_the_emotion_comes_last_and_is_read_back(style: str) -> None:
    for _, emotion, _, text in cases(style):
        first_half = text[: len(text) // 2].replace('"happy"', "")
        assert emotion not in first_half, text
        assert conclusion(text, EMOTIONS) == emotion, text
        assert parse(render(Trace(text, emotion))) == Trace(text, emotion)


@pytest.mark.parametrize(("style", "shortest", "longest"), [("short", 25, 50), ("long", 50, 200)])
def test_length_in_words(style: str, shortest: int, longest: int) -> None:
    lengths = [len(text.split()) for *_, text in cases(style)]
    assert shortest <= min(lengths)
    assert max(lengths) <= longest


def test_the_short_style_has_a_small_vocabulary() -> None:
    vocabulary = {
        word.strip('.,"').lower()
        for cues, *_, text in cases("short")
        if not cues.stressed_words
        for word in text.split()
    }
    assert len(vocabulary) < 160


def test_the_inference_depends_on_which_cues_fit() -> None:
    fitting = Cues("high", "high", "fast", "falling")
    assert "although" not in write(fitting, "angry", random.Random(0))
    assert "although the speed is slow" in write(Cues("high", "high", "slow", "falling"), "angry", random.Random(0))
    assert "although the pitch is high, the energy high" in write(fitting, "sad", random.Random(0), style="long")


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    text = write(Cues(energy="low", speed="slow"), "whisper", random.Random(1))
    assert "The pitch and the intonation can't be told." in text


def test_the_long_style_quotes_and_names_stressed_words() -> None:
    cues = Cues("low", "low", "slow", "flat", ("door",))
    text = write(cues, "sad", random.Random(2), "female", "Kids are talking by the door.", "long")
    assert '"Kids are talking by the door"' in text
    assert '"door"' in text


def test_the_same_seed_writes_the_same_and_others_vary() -> None:
    cues = Cues("low", "low", "slow", "flat")
    assert write(cues, "sad", random.Random(3)) == write(cues, "sad", random.Random(3))
    assert len({write(cues, "sad", random.Random(seed), style="long") for seed in range(50)}) > 40


def test_an_emotion_nobody_knows_gets_a_generic_inference() -> None:
    for style in ("short", "long"):
        text = write(Cues(pitch="high"), "ecstatic", random.Random(4), style=style)
        assert "ecstatic" in text.split(". ")[-1]


def test_grammar_covers_the_nine_and_reasons_name_no_emotion() -> None:
    assert set(REASONS) == set(WHY) == set(NINE) == set(EXPECTED)
    named = {form for word, forms in FORMS.items() for form in (word, *forms)}
    for sentence in [s for table in (REASONS, WHY) for row in table.values() for s in row]:
        assert not named & set(sentence.lower().strip(".").split()), sentence
        assert claims(sentence) == []


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="style is one of"):
        write(Cues(), "sad", random.Random(0), style="medium")


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
