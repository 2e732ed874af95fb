"""Ways to spoil the form of a text, each by a strength in (0, 1]: sentences in, sentences out."""

import math
from collections.abc import Callable, Mapping
from random import Random

Spoil = Callable[[list[str], float, Random], list[str]]
CUT = 0.8  # of the words at most: something is left to read
GARBLED = 0.6  # of the words at most: what is left shows that it was language


def repeat(sentences: list[str], strength: float, random: Random) -> list[str]:
    """Say a share of the sentences twice, and at full strength each three times."""
    again = set(_places(sentences, strength, random))
    times = 3 if strength == 1 else 2
    return [s for place, sentence in enumerate(sentences) for s in [sentence] * (times if place in again else 1)]


def shuffle(sentences: list[str], strength: float, random: Random) -> list[str]:
    """Put the words of a share of the sentences in no order."""
    torn = set(_places(sentences, strength, random))
    return [_shuffled(s, random) if place in torn else s for place, s in enumerate(sentences)]


def truncate(sentences: list[str], strength: float, random: Random) -> list[str]:
    """Break off in the middle, the sooner the stronger."""
    words = " ".join(sentences).split()
    kept = max(1, len(words) - math.ceil(CUT * strength * len(words)))
    return [" ".join(words[:kept])]


def garble(sentences: list[str], strength: float, random: Random) -> list[str]:
    """Swap, lose and double letters in a share of the words."""
    return [
        " ".join(_garbled(word, random) if random.random() < GARBLED * strength else word for word in s.split())
        for s in sentences
    ]


SPOILS: Mapping[str, Spoil] = {"repeat": repeat, "shuffle": shuffle, "truncate": truncate, "garble": garble}


def _places(sentences: list[str], strength: float, random: Random) -> list[int]:
    return random.sample(range(len(sentences)), math.ceil(strength * len(sentences)))


def _shuffled(sentence: str, random: Random) -> str:
    words = sentence.split()
    random.shuffle(words)
    return " ".join(words)


def _garbled(word: str, random: Random) -> str:
    if len(word) < 2:
        return word
    at = random.randrange(len(word) - 1)
    first, second = word[at], word[at + 1]
    return word[:at] + random.choice((second + first, second, first * 2 + second)) + word[at + 2 :]
