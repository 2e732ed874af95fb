"""Part credit for near emotions: its rule, that it never reaches a right answer's worth, and that it fades."""

from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

import pytest

from zoo.core.errors import ZooError
from zoo.rewards.similar_outcome import SimilarOutcome, similarity
from zoo.rewards.total import Rewards
from zoo.text.emotions import LABELS


@pytest.mark.parametrize(
    ("dataset", "one", "other", "near"),
    [
        ("ravdess", "angry", "fearful", 1.0),  # the axes do not tell them apart
        ("ravdess", "angry", "disgusted", 0.5),  # one step on one axis
        ("ravdess", "calm", "neutral", 1 - 2**0.5 / 2),  # calm has a place of its own
        ("ravdess", "happy", "sad", 0.0),
        ("ravdess", "happy", "angry", 0.0),  # alike in arousal, at both ends of valence
        ("emodb", "bored", "sad", 1.0),
        ("prosodia", "whisper", "sad", 0.0),  # a way of speaking
        ("elsewhere", "Angry ", "fear", 1.0),
        ("elsewhere", "smug", "happy", 0.0),  # not among the words that have a place
    ],
)
def test_by_hand(dataset: str, one: str, other: str, near: float) -> None:
    assert similarity(dataset, one, other) == pytest.approx(near)
    assert similarity(dataset, other, one) == similarity(dataset, one, other)


@pytest.mark.parametrize("dataset", sorted(LABELS))
def test_every_corpus_has_its_words_within_zero_and_one(dataset: str) -> None:
    for one, other in combinations_with_replacement(LABELS[dataset], 2):
        assert 0.0 <= similarity(dataset, one, other) <= 1.0
        placeless = one == "whisper" or LABELS[dataset][one] is None
        assert one != other or placeless or similarity(dataset, one, other) == 1.0


def test_only_wrong_answers_among_the_options_have_it(group: Any, answer: Any, no_trace: Any) -> None:
    scored = SimilarOutcome().score(
        group(answer("angry"), answer("Contempt or  disgust"), answer("sad"), answer("fear"), no_trace)
    )
    assert scored.tolist() == pytest.approx([0.0, 0.5, 0.0, 0.0, 0.0])  # "fear" is near and no option here


def test_it_fades_and_never_lifts_a_wrong_answer_over_a_right_one(group: Any, answer: Any, utterance: Any) -> None:
    near = replace(group(answer("angry"), answer("fear")), emotions=("angry", "fear"))
    schedule = {"name": "annealed", "steps": 1}
    scorer = Rewards({"outcome": {}, "similar-outcome": {"weight": 0.5, "schedule": schedule}})
    totals = [scorer.score([near], training=True).total[0].tolist() for _ in range(3)]
    assert totals[0] == pytest.approx([1.0, 0.5])
    assert totals[1] == pytest.approx([1.0, 0.5 * 0.36788], abs=1e-4)
    assert totals[2][1] < totals[1][1]


def test_a_weight_below_zero_is_refused() -> None:
    with pytest.raises(ZooError, match="at least 0"):
        SimilarOutcome(weight=-1.0)
