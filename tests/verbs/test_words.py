"""benchmarks.words tells answers that follow what is said from answers that follow how."""

import numpy as np
import pytest

from benchmarks.words import bits, dealt

EMOTION = np.array(["sad", "happy", "angry", "calm"] * 20)
SAID = np.array((["kids"] * 4 + ["dogs"] * 4) * 10)


def test_an_answer_that_follows_the_voice_tells_nothing_of_the_words() -> None:
    assert bits(EMOTION, EMOTION) == pytest.approx(2)
    assert bits(SAID, EMOTION) == pytest.approx(0, abs=1e-9)


def test_an_answer_that_follows_the_words_tells_more_of_them_than_any_deal_by_chance() -> None:
    answer = np.where(SAID == "kids", "happy", EMOTION)
    chance = max(bits(dealt(SAID, EMOTION, np.random.default_rng(seed)), answer) for seed in range(50))
    assert bits(SAID, answer) > 2 * chance
    anew = dealt(SAID, EMOTION, np.random.default_rng(3))
    assert sorted(zip(anew, EMOTION, strict=True)) == sorted(zip(SAID, EMOTION, strict=True))
