"""The grounding judge: worked by hand, blind to the reference, and hard to please with empty or double talk."""

import random
from dataclasses import replace
from typing import Any

import pytest

from zoo.acoustics.cues import LEVELS, Cues
from zoo.core.criteria import Scores
from zoo.rewards.grounding import Grounding
from zoo.rewards.reward import JudgeFailed
from zoo.text.fluency import fluency
from zoo.text.writer import write

THINK = "The pitch is high, the energy high, the speed slow. Pitch and energy fit tension and force. So it is {}."


@pytest.fixture
def score(group: Any, answer: Any, utterance: Any) -> Any:
    def judge(think: str, answered: str = "angry", **changes: Any) -> Scores:
        (scores,) = Grounding().judge(group(answer(answered, think), utterance=replace(utterance, **changes)))
        assert scores is not None
        return scores

    return judge


def test_by_hand(score: Any) -> None:
    got = score(THINK.format("anger"))
    assert got.factual == pytest.approx(2 / 3)  # pitch and energy are true, the speed is fast
    assert got.completeness == pytest.approx(3 / 5)  # intonation and stress are not spoken of
    # pitch and energy fit anger, a slow speed does not: half of 2/3; and the text arrives at its own answer: a half
    assert got.interpretative == pytest.approx(0.5 * 2 / 3 + 0.5)
    assert got.fluency == 1.0
    assert got.mean == pytest.approx((2 / 3 + 3 / 5 + 5 / 6 + 1) / 4)


def test_a_conclusion_that_is_not_the_answer_loses_half_of_the_inference(score: Any) -> None:
    assert score(THINK.format("sad")).interpretative == pytest.approx(0.5 * 2 / 3)


def test_stress_and_gender_are_checked(score: Any) -> None:
    assert score('A female voice stresses "door".').factual == 1.0
    assert score('A male voice stresses "talking".').factual == 0.0
    assert score('A male voice stresses "door".', gender=None).factual == 1.0  # nobody knows: not checkable


def test_what_was_not_measured_is_neither_true_nor_false(score: Any) -> None:
    cues = Cues(pitch="high")
    got = score("The pitch is high and the energy is low.", cues=cues)
    assert (got.factual, got.completeness) == (1.0, 1.0)


def test_saying_nothing_that_can_be_checked_scores_no_truth(score: Any) -> None:
    got = score("One feels at once that this must be so.")
    assert (got.factual, got.completeness, got.interpretative) == (0.0, 0.0, 0.0)


def test_claiming_everything_does_not_pay(score: Any) -> None:
    honest = score("The pitch is high. " + THINK.format("anger"))
    both = score("The pitch is high. The pitch is low. " + THINK.format("anger"))
    assert both.factual < honest.factual
    assert both.fluency < honest.fluency
    assert both.interpretative < honest.interpretative


def test_it_never_sees_the_reference_emotion(score: Any) -> None:
    rng = random.Random(0)
    for _ in range(50):
        cues = Cues(**{cue: rng.choice(levels) for cue, levels in LEVELS.items()})
        emotion = rng.choice(["angry", "sad", "happy"])
        think = write(cues, emotion, rng)
        got = {score(think, emotion, emotion=reference) for reference in ("angry", "sad", "happy", None)}
        assert len(got) == 1


def test_a_measured_and_well_argued_trace_gets_nearly_all(score: Any) -> None:
    cues = Cues("high", "high", "fast", "falling", ("door",))
    for seed in range(50):
        for style in ("short", "long"):
            assert score(write(cues, "angry", random.Random(seed), "female", "Shut the door!", style)).mean > 0.99


def test_answers_without_a_trace_get_none(group: Any, answer: Any, no_trace: Any) -> None:
    scores = Grounding().judge(group(no_trace, answer("sad")))
    assert scores[0] is None
    assert scores[1] is not None


@pytest.mark.parametrize("cues", [None, Cues()])
def test_nothing_measured_is_a_failure_and_no_score(cues: Cues | None, group: Any, answer: Any, utterance: Any) -> None:
    with pytest.raises(JudgeFailed, match="no cue was measured"):
        Grounding().judge(group(answer("sad"), utterance=replace(utterance, cues=cues)))


def test_junk_never_raises(score: Any) -> None:
    rng = random.Random(1)
    words = ["pitch", "high", "is", "not", "angry", '"door"', "stress", ".", ",", "female", "\n", "\x00", "'"]
    for _ in range(500):
        score(" ".join(["x", *rng.choices(words, k=rng.randrange(40))]))


def test_fluency_by_hand() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen."
    assert fluency(text) == 1.0
    assert fluency(text[:-1]) == 0.75  # no full stop
    assert fluency(text, contradicts_itself=True) == 0.75
    assert fluency("one two three.") == pytest.approx((1 + 3 / 15 + 1 + 1) / 4)
    # 23 words have 20 grams of four, and 5 of them may be said twice; one is
    assert fluency(f"{text[:-1]} one two three four sixteen seventeen eighteen nineteen.") == pytest.approx(0.8)
    assert fluency("a b c d " * 4 + ".") == 0.0  # 9 of 14 grams said before: it goes round in circles
    assert fluency("") == pytest.approx((1 + 0 + 0 + 1) / 4)
    assert fluency(" ".join(map(str, range(440))) + ".") == pytest.approx((1 + 0.5 + 1 + 1) / 4)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_scores_outside_zero_to_one_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="factual"):
        Scores(value, 1.0, 1.0, 1.0)


def test_the_mean_of_the_paper_is_marks_over_five() -> None:
    # marks 4, 3, 5, 2 of 5: (0.8 + 0.6 + 1.0 + 0.4) / 4 = 0.7
    assert Scores(4 / 5, 3 / 5, 5 / 5, 2 / 5).mean == pytest.approx(0.7)
