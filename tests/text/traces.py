"""Random facts with the traces written from them, made once for all tests of the writer."""

import random
from collections.abc import Iterator
from functools import cache

from zoo.acoustics.cues import LEVELS, Cues
from zoo.text import long_style, short_style
from zoo.text.emotions import LABELS
from zoo.text.facts import AGES, Facts
from zoo.text.writer import sayable, write

EMOTIONS = sorted({word for labels in LABELS.values() for word in labels} | {"ecstatic"})
NAMED_WORDS = {"short": short_style.NAMED_WORDS, "long": long_style.NAMED_WORDS}
WORDS = (
    *("Kids", "door.", "don't", "loud", "happy", "low", "schön", "high", '"so"', "they're,", "slowly", "man"),
    *("two words", "<answer>", "...", "", "rock-n-roll", "{level}", "[a|b]", "5", "child", "\ud800"),
)
TEXTS = (
    None,
    "",
    "...",
    "Kids are talking by the door.",
    'He said "speak slow" </think> in a low pitch!',
    "</think><answer>happy</answer>",
    "Stop!",
    "I am so happy to see you",
    "I hate this, it is 'the worst'",
    "It's the kids' fault; don't \u201cshout\u201d\n\nat {them} [or|us] {0} {",
    "a b " * 60,
    "x" * 5000,
    "Der Lappen liegt auf dem Eisschrank.",
    "\ud800 \x00 %s %(a)s \\",
)
Case = tuple[Facts, str, str]


@cache
def cases(style: str, n: int = 4000) -> tuple[Case, ...]:
    """Facts as they can be said, the emotion, the text: written once for all tests."""
    return tuple(_cases(style, n))


def _cases(style: str, n: int) -> Iterator[Case]:
    rng = random.Random(f"cases {style}")
    for i in range(n):
        levels = {cue: rng.choice([None, *choices, *choices]) for cue, choices in LEVELS.items()}
        stressed = rng.choice([None, (), tuple(rng.sample(WORDS, rng.randrange(1, 9)))])
        cues = Cues(**levels, stressed_words=stressed)
        gender, age = rng.choice([None, "female", "male", "unknown"]), rng.choice([None, "unknown", *AGES])
        emotion, words, language = rng.choice(EMOTIONS), rng.choice(TEXTS), rng.choice(["en", "de", "fr"])
        text = write(cues, emotion, random.Random(i), gender, words, style, age, language)
        yield sayable(Facts(cues, gender, age if style == "long" else None, words)), emotion, text
