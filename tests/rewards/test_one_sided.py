"""Trust in groups of only right or only wrong answers: by hand, over a window, and after a resume."""

import math
from typing import Any

import pytest
import torch

from zoo.core.criteria import Scores
from zoo.core.errors import ZooError
from zoo.rewards.one_sided import sums
from zoo.rewards.reward import Group, Judge
from zoo.rewards.total import Rewards

NAN = float("nan")


class Told(Judge):
    """Gives the scores it was told, group by group."""

    lowest = 0.2

    def __init__(self, *rows: list[float]) -> None:
        self.rows = list(rows)

    def judge(self, group: Group) -> list[Scores | None]:
        row = zip(group.answers, self.rows.pop(0), strict=True)
        return [None if answer.trace is None else Scores(s, s, s, s) for answer, s in row]


def build(judge: Judge, **options: Any) -> Rewards:
    reasoning = {"judge": judge, "schedule": {"name": "progressive", "accuracy": 0.0, "window": 1}, **options}
    return Rewards({"outcome": {}, "reasoning": reasoning})


def test_sums_by_hand() -> None:
    scores = torch.tensor([[0.2, 0.4, NAN], [0.9, NAN, 0.5]])
    correct = torch.tensor([[True, False, True], [True, False, False]])
    assert sums(scores, correct).tolist() == pytest.approx([1.1, 2, 0.9, 2])


@pytest.mark.parametrize(("one_sided", "trust"), [("one", 1.0), ("zero", 0.0), ("running", 1.0)])
@pytest.mark.parametrize("emotion", ["angry", "sad"])
def test_the_first_group_of_one_kind(one_sided: str, trust: float, emotion: str, group: Any, answer: Any) -> None:
    """ "running" has nothing to compare with yet."""
    scored = build(Told([0.2, 0.8]), one_sided=one_sided).score([group(answer(emotion), answer(emotion))])
    assert scored.trust.tolist() == [trust]


def test_running_compares_with_the_other_kind_in_the_steps_before(group: Any, answer: Any) -> None:
    right, wrong = answer("angry"), answer("sad")
    told = Told([0.6, 0.9], [0.4, 0.5], [0.4, 0.5], [0.9, 0.95], [0.9, 1.0], [0.2, 0.2])
    scorer = build(told, one_sided="running", one_sided_window=2)
    both = scorer.score([group(right, wrong)], training=True)
    assert both.trust.tolist() == pytest.approx([math.exp(0.6 - 0.9)])
    all_right = scorer.score([group(right, right)])  # against the wrong one before: 0.45 - 0.9
    assert all_right.trust.tolist() == pytest.approx([math.exp(0.45 - 0.9)])
    assert scorer.score([group(wrong, wrong)]).trust.tolist() == [1.0]  # the right one before was better: 0.6
    assert scorer.score([group(right, right)]).trust.tolist() == [1.0]  # 0.925 against 0.9
    scorer.score([group(right, right)], training=True)
    scorer.score([group(right, right)], training=True)  # the window of two steps has no wrong answer any more
    told.rows = [[0.1, 0.1]]
    assert scorer.score([group(right, right)]).trust.tolist() == [1.0]


def test_what_is_looked_back_on_survives_a_resume(group: Any, answer: Any) -> None:
    right, wrong = answer("angry"), answer("sad")
    first = build(Told([0.6, 0.9], [0.4, 0.5]), one_sided="running")
    first.score([group(right, wrong)], training=True)
    second = build(Told([0.4, 0.5]), one_sided="running")
    second.load_state_dict(first.state_dict())
    assert second.gate == 1.0
    again = second.score([group(right, right)])
    assert again.trust.tolist() == first.score([group(right, right)]).trust.tolist() != [1.0]


def test_a_tally_of_two_ranks_is_that_of_both(group: Any, answer: Any) -> None:
    right, wrong = answer("angry"), answer("sad")
    groups = [group(right, wrong), group(right, right)]
    rows = [[0.4, 0.8], [0.4, 0.4]]
    ranks = [build(Told(row)) for row in rows]
    apart = torch.stack([one.tally(one.score([g])) for one, g in zip(ranks, groups, strict=True)]).mean(0)
    whole = build(Told(*rows))
    together = whole.tally(whole.score(groups))
    torch.testing.assert_close(apart * 2, together)
    assert together[0].tolist() == [3, 3, 1, 1]  # right and wrong answers, from which accuracy follows


def test_fifths_leave_a_fifth_to_the_worst_and_from_zero_nothing(group: Any, answer: Any, no_trace: Any) -> None:
    groups = [group(answer("angry"), answer("angry"), answer("sad"), no_trace)]
    marks = [0.2, 0.6, 1.0, 0.2]  # 1, 3 and 5 of 5
    fifths = build(Told(marks)).score(groups).parts["reasoning"][0]
    zero = build(Told(marks), scale="from-zero").score(groups)
    assert fifths[:3].tolist() == pytest.approx([0.2, 0.6, 1.0])
    assert zero.parts["reasoning"][0, :3].tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert zero.parts["reasoning"][0, 3].isnan()
    assert zero.trust.tolist() == pytest.approx([math.exp(0.25 - 1.0)])  # trust compares on the same scale


def test_the_grounding_judges_scores_start_at_zero_and_stay(group: Any, answer: Any) -> None:
    groups = [group(answer("angry"), answer("sad", "Nothing is said."))]
    fifths, zero = (build("grounding", scale=scale).score(groups) for scale in ("fifths", "from-zero"))  # type: ignore[arg-type]
    assert torch.equal(fifths.parts["reasoning"], zero.parts["reasoning"])


def test_the_card_names_the_choices() -> None:
    card = build("grounding", one_sided="zero", scale="from-zero").card()["reasoning"]  # type: ignore[arg-type]
    assert {k: card[k] for k in ("judge", "scale", "one_sided", "trust", "judge_sees_reference")} == {
        "judge": "grounding",
        "scale": "from-zero",
        "one_sided": "zero",
        "trust": True,
        "judge_sees_reference": False,
    }
    assert card["schedule"] == {"name": "progressive", "accuracy": 0.0, "window": 1, "open": False, "factor": 0.0}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"scale": "tenths"}, "scale is one of fifths, from-zero"),
        ({"one_sided": "two"}, "one_sided is one of one, zero, running"),
        ({"one_sided_window": 0}, "at least 1"),
    ],
)
def test_senseless_options_are_refused_in_words(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ZooError, match=says):
        build(Told(), **options)
