"""The short style stays as it is, letter by letter: shipped checkpoints were trained on these very texts and tokens."""

import hashlib
import random
from collections.abc import Iterator

from zoo.acoustics.cues import Cues
from zoo.backbones.bpe import NANO_TOKENIZER
from zoo.text.claims import claims
from zoo.text.writer import write

PITCH, ENERGY, SPEED = (
    (None, "low", "normal", "high"),
    (None, "low", "normal", "high"),
    (None, "slow", "normal", "fast"),
)
INTONATION = (None, "rising", "falling", "rising-falling", "falling-rising", "flat", "expressive")
STRESSED = (None, (), ("door",), ("Kids", "don't"), ("a", "b", "c"), ('"so"', "they're,"))
EMOTIONS = (
    *("neutral", "calm", "happy", "sad", "angry", "fear", "fearful", "disgusted", "contempt or disgust"),
    *("confused", "whisper", "surprise", "surprised", "bored", "ecstatic"),
)
GENDERS = (None, "female", "male", "unknown")


def texts(n: int = 500) -> Iterator[str]:
    """Every list is written out here, so that growing a table elsewhere does not change the cases."""
    rng = random.Random("short style")
    for i in range(n):
        chosen = [rng.choice(levels) for levels in (PITCH, ENERGY, SPEED, INTONATION, STRESSED)]
        yield write(Cues(*chosen), rng.choice(EMOTIONS), random.Random(i), rng.choice(GENDERS), "Kids are talking.")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_rng_writes_the_same_short_texts_for_ever() -> None:
    assert digest("\n".join(texts())) == "bd3d9772684cf8fa471761acb4c24f7ea26d55c25499222f5780e814d2c5ac3e"


def test_what_is_read_from_them_stays_too() -> None:
    """The rewards of shipped policies were counted by these claims."""
    read = [[(claim.cue, claim.value, claim.start, claim.end) for claim in claims(text)] for text in texts()]
    assert digest(repr(read)) == "d8ecbcd51881fa5048aa542e9eafe66c6fff992adac66c8ae89653ec3c14ab62"


def test_the_nano_tokenizer_stays() -> None:
    assert (
        digest(NANO_TOKENIZER.read_text(encoding="utf-8"))
        == "16ded2bc22e4f56f90ad26a52ab9c757aeebf91debd54c8e6bfdd775a6ee22a2"
    )
