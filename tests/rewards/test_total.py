"""The total reward: worked by hand, with trust, gate, masked failures and resume."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from zoo.core.criteria import Scores
from zoo.core.errors import ZooError
from zoo.core.registry import rewards
from zoo.rewards.reward import Group, Judge, JudgeFailed
from zoo.rewards.total import Rewards
from zoo.rl.advantage import group_advantages


class Told(Judge):
    """Gives the scores it was told, group by group; fails where it was told nothing."""

    def __init__(self, *rows: list[float] | None) -> None:
        self.rows = list(rows)
        self.seen: list[Group] = []

    def judge(self, group: Group) -> list[Scores | None]:
        self.seen.append(group)
        row = self.rows.pop(0)
        if row is None:
            raise JudgeFailed("bad JSON")
        return [
            None if answer.trace is None else Scores(s, s, s, s) for answer, s in zip(group.answers, row, strict=True)
        ]


def build(judge: Judge, schedule: Any = "constant", **options: Any) -> Rewards:
    reasoning = {"weight": 0.5, "judge": judge, "schedule": schedule, **options}
    return Rewards({"format": {"weight": 0.3}, "outcome": {"weight": 1.0}, "reasoning": reasoning})


def test_by_hand(group: Any, answer: Any, no_trace: Any) -> None:
    scored = build(Told([0.2, 0.8, 0.0])).score([group(answer("angry"), answer("sad"), no_trace)])
    # m_c = 0.2, m_w = 0.8 (the third has no score): tau = exp(-0.6) = 0.548812
    # 0.3 + 1 + 0.5 * 0.548812 * 0.2 = 1.354881;  0.3 + 0.5 * 0.548812 * 0.8 = 0.519525;  nothing
    assert scored.total[0].tolist() == pytest.approx([1.354881, 0.519525, 0.0], abs=1e-6)
    assert scored.trust.tolist() == pytest.approx([math.exp(-0.6)])
    assert list(scored.parts) == ["format", "outcome", "reasoning"]
    assert scored.parts["format"].tolist() == [[1.0, 1.0, 0.0]]
    assert scored.parts["outcome"].tolist() == [[1.0, 0.0, 0.0]]
    assert scored.parts["reasoning"][0, :2].tolist() == pytest.approx([0.2, 0.8])
    assert scored.parts["reasoning"][0, 2].isnan()
    assert scored.correct.tolist() == [[True, False, False]]
    assert (scored.gate, scored.judge_failures) == (1.0, 0)


def test_without_trust(group: Any, answer: Any) -> None:
    scored = build(Told([0.2, 0.8]), trust=False).score([group(answer("angry"), answer("sad"))])
    assert scored.total[0].tolist() == pytest.approx([1.4, 0.7])
    assert scored.trust.tolist() == [1.0]


def test_a_judge_that_fails_masks_the_term_of_its_group_and_is_counted(group: Any, answer: Any) -> None:
    answers = (answer("angry"), answer("sad"))
    scored = build(Told([0.6, 0.4], None)).score([group(*answers), group(*answers)])
    assert scored.judge_failures == 1
    assert scored.total[0].tolist() == pytest.approx([1.6, 0.5])
    assert scored.total[1].tolist() == pytest.approx([1.3, 0.3])  # format and outcome alone
    assert scored.parts["reasoning"][1].isnan().all()
    assert scored.trust.tolist() == [1.0, 1.0]
    assert not scored.total.isnan().any()
    rules = Rewards({"format": {}, "outcome": {}}).score([group(*answers)])
    torch.testing.assert_close(group_advantages(scored.total[1:]), group_advantages(rules.total))


def test_an_utterance_that_was_not_measured_is_counted_as_a_failure(group: Any, answer: Any, utterance: Any) -> None:
    scored = build("grounding").score([group(answer("angry"), utterance=replace(utterance, cues=None))])  # type: ignore[arg-type]
    assert scored.judge_failures == 1


def test_a_judge_is_not_told_the_reference(group: Any, answer: Any) -> None:
    judge = Told([0.5])
    build(judge).score([group(answer("angry"))])
    assert judge.seen[0].utterance.emotion is None


def test_the_gate_opens_for_the_step_after_and_only_training_moves_it(group: Any, answer: Any) -> None:
    step = [group(answer("angry"), answer("sad"))]  # accuracy 0.5
    scorer = build(Told(*[[0.6, 0.4]] * 5), {"name": "progressive", "accuracy": 0.5, "window": 2})
    seen = []
    for training in (False, True, False, True, False):
        scored = scorer.score(step, training=training)
        seen.append((scored.gate, round(scored.total[0, 0].item(), 4)))
    assert seen == [(0.0, 1.3), (0.0, 1.3), (0.0, 1.3), (0.0, 1.3), (1.0, 1.6)]


def test_state_survives_a_round_trip(group: Any, answer: Any) -> None:
    schedule = {"name": "progressive", "accuracy": 0.5, "window": 2}
    step = [group(answer("angry"))]
    first, second = build(Told([0.5], [0.5]), schedule), build(Told([0.5]), schedule)
    first.score(step, training=True)
    first.score(step, training=True)
    second.load_state_dict(first.state_dict())
    assert second.score(step).gate == first.gate == 1.0
    with pytest.raises(ValueError, match="the recipe of"):
        Rewards({"format": {}}).load_state_dict(first.state_dict())


def test_the_order_and_the_weights_are_the_recipes(group: Any, answer: Any) -> None:
    scored = Rewards({"outcome": {"weight": 2.0}, "format": {}}).score([group(answer("angry"))])
    assert list(scored.parts) == ["outcome", "format"]
    assert scored.total.item() == pytest.approx(2.3)
    assert (scored.gate, scored.trust.tolist()) == (1.0, [1.0])


def test_a_judge_may_be_a_checkpoint_that_somebody_else_opens() -> None:
    judge = Told()
    scorer = Rewards({"reasoning": {"judge": "checkpoints/judge"}}, load_judge={"checkpoints/judge": judge}.__getitem__)
    assert scorer.rewards["reasoning"].judge is judge  # type: ignore[attr-defined]


def test_mistakes_are_told_in_words(group: Any, answer: Any) -> None:
    with pytest.raises(ZooError, match='there is no reward "fromat"; did you mean "format"'):
        Rewards({"fromat": {}})
    with pytest.raises(ZooError, match='there is no judge "groundig"; did you mean "grounding"'):
        Rewards({"reasoning": {"judge": "groundig"}})
    with pytest.raises(ValueError, match="one size"):
        Rewards({"format": {}}).score([group(answer("sad")), group(answer("sad"), answer("sad"))])


@pytest.mark.parametrize("name", sorted(rewards.entries))
def test_every_reward_gives_one_value_an_answer_within_zero_and_one(
    name: str, group: Any, answer: Any, no_trace: Any
) -> None:
    scored = Rewards({name: {}}).score([group(answer("angry"), answer("sad"), no_trace)])
    part = scored.parts[name]
    assert part.shape == (1, 3)
    assert ((part >= 0) & (part <= 1) | part.isnan()).all()
    assert not scored.total.isnan().any()
