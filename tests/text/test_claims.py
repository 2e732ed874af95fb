"""Claims: how English says what a voice does, what is no claim, and that junk costs linear time."""

import random
import time

import pytest

from zoo.text.claims import claims

STATED = {
    "The pitch is high.": {("pitch", "high")},
    "A high pitch is heard.": {("pitch", "high")},
    "Her voice is high-pitched.": {("pitch", "high")},
    "She has a deep voice.": {("pitch", "low")},
    "The pitch of her voice is clearly on the low side.": {("pitch", "low")},
    "The pitch sits in a normal range.": {("pitch", "normal")},
    "The pitch is higher than normal.": {("pitch", "high")},
    "A higher than normal pitch.": {("pitch", "high")},
    "The volume is above average.": {("energy", "high")},
    "The speaker has a loud voice.": {("energy", "high")},
    "The voice is soft.": {("energy", "low")},
    "It is a quiet voice with normal energy.": {("energy", "low"), ("energy", "normal")},
    "She speaks fast.": {("speed", "fast")},
    "He speaks at a fast pace.": {("speed", "fast")},
    "The speech rate is low.": {("speed", "slow")},
    "A normal speaking rate.": {("speed", "normal")},
    "Speech is slower than normal.": {("speed", "slow")},
    "The pitch, the energy and the speed are all normal.": {
        ("pitch", "normal"),
        ("energy", "normal"),
        ("speed", "normal"),
    },
    "With the pitch high and the energy low.": {("pitch", "high"), ("energy", "low")},
    "There is a high pitch, low energy and a slow pace.": {("pitch", "high"), ("energy", "low"), ("speed", "slow")},
    "The pitch is not low but high.": {("pitch", "high")},
    "The pitch is not high, the energy is low.": {("energy", "low")},
    "The pitch is high, not low.": {("pitch", "high")},
    "The pitch is moderately high.": {("pitch", "high")},
    "The pitch and energy levels are both low.": {("pitch", "low"), ("energy", "low")},
    "A pitch that is high.": {("pitch", "high")},
    "Pitch: high. Energy: low, speed: fast.": {("pitch", "high"), ("energy", "low"), ("speed", "fast")},
    "A high and varied pitch.": {("pitch", "high"), ("intonation", "expressive")},
    "Her high, fast voice.": {("pitch", "high"), ("speed", "fast")},
    "The energy is low and a fast pace is heard.": {("energy", "low"), ("speed", "fast")},
    "With low energy, fast pace.": {("energy", "low"), ("speed", "fast")},
    "The pitch is relatively high compared with other speakers.": {("pitch", "high")},
    "The pitch rises sharply before dropping.": {("intonation", "rising-falling")},
    "The speaking rate is slow and the articulation weak.": {("speed", "slow")},
    "A falling intonation.": {("intonation", "falling")},
    "The intonation rises at the end.": {("intonation", "rising")},
    "The intonation rises and then falls.": {("intonation", "rising-falling")},
    "A falling-rising contour.": {("intonation", "falling-rising")},
    "The delivery is monotone.": {("intonation", "flat")},
    "The melody is very expressive.": {("intonation", "expressive")},
    "The pitch is high and the intonation falling.": {("pitch", "high"), ("intonation", "falling")},
    "She stresses 'door'.": {("stress", "door")},
    'The stressed words are "Kids" and "don\'t".': {("stress", "kids"), ("stress", "don't")},
    "There is emphasis on \u201cdoor\u201d.": {("stress", "door")},
    "A female voice.": {("gender", "female")},
    "A man's voice speaks slowly.": {("gender", "male"), ("speed", "slow")},
    "While angry people usually speak loudly, this voice is soft.": {("energy", "low")},
    "The pitch is high, which often signals fear.": {("pitch", "high")},
    "The pitch is not only high, it is high all along.": {("pitch", "high")},
}
NOT_STATED = [
    "",
    "The pitch can't be told.",
    "The pitch is not high.",
    "The pitch isn't particularly high.",
    "There is no high pitch.",
    "The speaker never reaches a high pitch.",
    "The pitch is neither high nor low.",
    "It is neither fast nor slow.",
    "The pitch is high or low.",
    "Angry people often speak loudly, at a high pitch.",
    "A sad speaker would speak slowly.",
    "Fast speech often signals anger.",
    "Unlike other speakers with a high pitch.",
    "Whether the pitch is high is hard to say.",
    "If the pitch were high, it could be fear.",
    'She says "speak slow, with a low pitch, man".',
    "She says 'the pitch is high'.",
    'She says "Stop".',
    'The speaker doesn\'t stress "door".',
    "Falling energy.",
    "The energy of a happy speaker is high.",
    "His voice is low and steady.",
    "High hopes and low expectations.",
    "The pitch and the speaker.",
    "He rises to leave.",
]


@pytest.mark.parametrize("text", STATED)
def test_what_is_stated(text: str) -> None:
    assert {(claim.cue, claim.value) for claim in claims(text)} == STATED[text]


@pytest.mark.parametrize("text", NOT_STATED)
def test_what_is_not_stated(text: str) -> None:
    assert claims(text) == []


def test_a_claim_knows_its_place() -> None:
    text = "At first, the pitch is high. She speaks at a fast pace."
    assert [(c.cue, text[c.start : c.end]) for c in claims(text)] == [("pitch", "pitch is high"), ("speed", "fast")]


def test_junk_never_raises() -> None:
    rng = random.Random(0)
    words = (
        "pitch high low is not , . and or energy the rising falling then to than \" ' \u201c stress fast but n't \x00 é"
    )
    for _ in range(20_000):
        claims(rng.choice(["", " "]).join(rng.choices([*words.split(), "\n", "'t", "\ud800"], k=rng.randrange(25))))


@pytest.mark.parametrize(
    "piece", ["a", "'", '"', "'a ", '"a', "pitch ", "pitch and ", "not ", "rising and then ", "high pitch ", ", ", "<a"]
)
def test_long_garbage_takes_linear_time(piece: str) -> None:
    """Ten times the text may take about ten times as long; a quadratic reader would take a hundred times."""
    seconds = []
    for size in (20_000, 200_000):
        start = time.process_time()
        claims((piece * size)[:size])
        seconds.append(time.process_time() - start)
    assert seconds[1] < 30 * seconds[0] + 0.5
