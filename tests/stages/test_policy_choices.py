"""What GRPO-PTR leaves open: further prompts for flat groups, the bound on the gap, the log, TensorBoard, the card."""

import math

import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from tests.stages.conftest import STEADY
from zoo.core.criteria import Scores
from zoo.core.errors import ZooError
from zoo.models.rollout import Rollout
from zoo.rewards.grounding import Grounding
from zoo.rewards.reward import JudgeFailed
from zoo.rewards.total import Rewards
from zoo.stages import policy_log
from zoo.stages.policy import PolicyStage
from zoo.text.trace import Trace, render

PLAIN = (*STEADY, "rewards.reasoning.schedule.accuracy=1.0")


@pytest.fixture
def script(monkeypatch):
    """Answers by a list: for each rollout in turn, which prompts' answers differ in worth; purposes are noted."""
    rollouts: list[list[bool]] = []
    purposes: list[int] = []

    def rollout(stage, prompted, group_size, temperature, top_p, purpose):
        tokenizer = stage.model.backbone.tokenizer
        purposes.append(purpose)
        rows = []
        for spread in rollouts.pop(0):
            for answer in range(group_size):
                emotion = ("angry", "sad")[answer % 2] if spread else "happy"
                text = render(Trace("The pitch is high." + " It is fast." * spread, emotion))
                rows.append(torch.tensor([*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id]))
        assert len(rows) == len(prompted.embeds) * group_size
        mask = pad_sequence([torch.ones_like(row, dtype=torch.bool) for row in rows], batch_first=True)
        ids = pad_sequence(rows, batch_first=True, padding_value=stage.model.backbone.pad_id)
        return Rollout(ids, mask, torch.zeros(ids.shape), torch.ones(len(rows), dtype=torch.bool))

    monkeypatch.setattr(PolicyStage, "rollout", rollout)
    return rollouts, purposes


def step(stage, batch):
    """One step without a trainer: its figures, what the gate is told, and the gradient."""
    logged, told = {}, []
    stage.log_dict = lambda values, **_: logged.update({k: float(v) for k, v in values.items()})
    stage._over_ranks = lambda values: told.append(values) or values
    stage.zero_grad()
    stage.training_step(batch, 0).backward()
    return logged, told, torch.cat([p.grad.flatten() for p in stage.parameters() if p.grad is not None])


def test_a_flat_group_is_replaced_and_the_gradient_is_that_of_the_kept_prompts(build, script):
    rollouts, purposes = script
    *_, data, stage = build(*PLAIN, "stage.resample=2")
    batch = next(iter(data.train_dataloader()))
    assert len(batch.waves) == 2 * 3
    rollouts += [[False, True], [False], [True]]
    logged, told, found = step(stage, batch)
    assert not rollouts
    assert len(set(purposes)) == 3, "every draw has random numbers of its own"
    assert logged["resampled"] == 2
    assert logged["groups_without_spread"] == 0.5, "the log is of all that was sampled"
    right = told[0][0]
    assert right.tolist() == [4, 4, 12, 12], "and so is the gate's accuracy: two groups half right, two all wrong"
    *_, other = build(*PLAIN)
    rollouts.append([True, True])
    _, _, by_hand = step(other, batch.rows([1, 4]))
    assert by_hand.abs().max() > 0
    torch.testing.assert_close(found, by_hand, atol=1e-6, rtol=1e-4)


def test_no_more_is_drawn_than_allowed_nor_than_needed(build, script):
    rollouts, _ = script
    *_, data, stage = build(*PLAIN, "stage.resample=2")
    batch = next(iter(data.train_dataloader()))
    rollouts += [[False, False], [False, False], [False, False]]
    logged, _, found = step(stage, batch)
    assert logged["resampled"] == 4
    assert not found.any()
    rollouts.append([True, True])
    assert step(stage, batch)[0]["resampled"] == 0


def test_a_run_that_replaces_prompts_goes_on_as_if_it_had_not_stopped(train, script):
    rollouts, _ = script
    rows = {}
    plan = [[True, False], [True], [False, True], [True]]  # two rollouts, for three updates each
    options = (*PLAIN, "stage.resample=1", "stage.updates=3", "trainer.decay=constant")
    rollouts += plan
    _, rows["straight"] = train(*options, "trainer.max_steps=6", run="straight")
    rollouts += plan
    _, rows["begun"] = train(*options, "trainer.max_steps=4", run="parts")
    _, rows["resumed"] = train(*options, "trainer.max_steps=6", run="parts", resume=True)
    losses = {run: {at: row["loss"] for at, row in found if "loss" in row} for run, found in rows.items()}
    assert losses["begun"] | losses["resumed"] == losses["straight"]
    assert min(losses["resumed"]) == 4
    assert not rollouts, "within a rollout's updates nothing is sampled again"
    assert len(set(losses["straight"].values())) > 3


def test_a_rollout_that_teaches_nothing_teaches_nothing_in_all_its_updates(train, script):
    """And leaves no room for the rollout before it, whose answers are to other prompts."""
    rollouts, _ = script
    rollouts += [[True, True], [False, False], [True, True]]
    _, rows = train(*PLAIN, "stage.updates=2", "trainer.max_steps=6")
    assert not rollouts
    taught = {at for at, row in rows if "entropy" in row}
    assert taught == {0, 1, 4, 5}


@pytest.mark.parametrize("options", ["stage.resample=-1", "stage.resample=1"])
def test_resampling_without_leaving_out_is_refused(build, options):
    with pytest.raises(ZooError, match=r"stage\.resample is"):
        build(options, "stage.skip_flat=false")


def test_a_gap_between_sampling_and_training_stops_the_run_with_the_way_out(build, script):
    """The scripted answers say that they had probability 1."""
    rollouts, _ = script
    *_, data, stage = build(*PLAIN, "stage.most_gap=0.2")
    rollouts.append([True, True])
    with pytest.raises(ZooError, match=r"nats apart, more than stage\.most_gap=0\.2: use trainer\.precision=32-true"):
        step(stage, next(iter(data.train_dataloader())))


@pytest.mark.parametrize(("gap", "most", "stops"), [(0.1, 0.2, 0), (0.3, 0.2, 1), (math.nan, 0.2, 0), (9.0, None, 0)])
def test_the_bound_on_the_gap(gap, most, stops):
    if stops:
        with pytest.raises(ZooError, match=r"most_gap=null"):
            policy_log.refuse_gap(torch.tensor(gap), most)
    else:
        policy_log.refuse_gap(torch.tensor(gap), most)


def test_later_updates_of_a_rollout_may_leave_it(train, monkeypatch):
    """Only a rollout's first update is held to the bound."""
    asked = []
    monkeypatch.setattr("zoo.stages.policy.refuse_gap", lambda gap, most: asked.append(most))
    train("stage.updates=3", "trainer.max_steps=6", "stage.most_gap=0.7")
    assert asked == [0.7, 0.7]


class Prefers(Grounding):
    """Likes wrong answers better: 0.9 against 0.4."""

    def judge(self, group):
        return [Scores(*[0.4 if a.trace.answer == "angry" else 0.9] * 4) for a in group.answers]


def test_a_gamed_judge_shows_in_the_log(build, script):
    rollouts, _ = script
    *_, data, stage = build(*PLAIN)
    stage.rewards = Rewards({"outcome": {}, "reasoning": {"judge": Prefers(), "schedule": "constant"}})
    batch = next(iter(data.train_dataloader()))
    at = [i for i, u in enumerate(data.train_utterances) if u.emotion == "angry"][:2]
    batch = next(iter(data._loader([data.train_utterances[i] for i in at], batch_size=2)))
    rollouts.append([True, False])  # angry, sad, angry, sad; then four times happy
    logged, *_ = step(stage, batch)
    tau = math.exp(0.4 - 0.9)
    assert logged["trust"] == pytest.approx((tau + 1) / 2)
    assert (logged["trust_min"], logged["trust_below_1"]) == (pytest.approx(tau), 0.5)
    assert logged["reasoning_right"] == pytest.approx(0.4)
    assert logged["reasoning_wrong"] == pytest.approx(0.9)
    assert (logged["groups_all_right"], logged["groups_all_wrong"]) == (0.0, 0.5)
    assert logged["answer_tokens_min"] < logged["answer_tokens"] < logged["answer_tokens_max"]


def test_a_failing_judge_masks_its_term_and_is_counted_and_the_run_goes_on(train, monkeypatch):
    def fails(self, group):
        raise JudgeFailed("no answer")

    monkeypatch.setattr(Grounding, "judge", fails)
    _, rows = train("trainer.max_steps=5")
    said = [row for _, row in rows if "judge_failures" in row]
    assert [row["judge_failures"] for row in said] == [2.0] * 5
    assert [row["gate"] for row in said] == [0, 0, 0, 1, 1], "it opens once, whatever the judge does"
    assert all(math.isnan(row["reward_reasoning"]) for _, row in rows if "reward_reasoning" in row)
    assert all(row["reward"] == row["reward"] for _, row in rows if "reward" in row), "no NaN"


def events(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"tensors": 0, "audio": 0})
    found.Reload()
    return found


def test_answers_and_audio_are_shown_every_so_many_steps(train, script, tmp_path):
    script[0].extend([[True, True]] * 5)
    train(*PLAIN, "stage.show_every=2", "trainer.max_steps=5", run="shown")
    found = events(tmp_path / "shown")
    tags = found.Tags()
    assert sorted(tags["audio"]) == ["heard/0", "heard/1"]
    assert [event.step for event in found.Audio("heard/0")] == [0, 2, 4]
    assert found.Audio("heard/0")[0].sample_rate == 16_000
    (text,) = found.Tensors("answers/1/text_summary")[0].tensor_proto.string_val
    assert b"&lt;think&gt;The pitch is high." in text, "markup is shown, not obeyed"
    rows = [line for line in text.decode().split("\n") if line.startswith("| ") and "think" in line]
    worth = [float(row.split("|")[1]) for row in rows]
    assert len(worth) == 4
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]


def test_nothing_is_shown_with_0_nor_on_another_rank(train, script, tmp_path, monkeypatch):
    script[0].extend([[True, True]] * 2)
    train(*PLAIN, "stage.show_every=0", "trainer.max_steps=1", run="none")
    assert events(tmp_path / "none").Tags()["audio"] == []
    monkeypatch.setattr(PolicyStage, "global_rank", 1)
    train(*PLAIN, "stage.show_every=1", "trainer.max_steps=1", run="other")
    assert events(tmp_path / "other").Tags()["audio"] == []


def test_the_card_says_what_was_chosen(build):
    *_, stage = build("stage.skip_flat=true", "stage.resample=1", "rewards.reasoning.one_sided=running")
    chosen = stage.card()["choices"]
    assert (chosen["resample"], chosen["skip_flat"]) == (1, True)
    assert chosen["reasoning"]["one_sided"] == "running"
    assert chosen["reasoning"]["schedule"]["window"] == 3
    assert chosen["reasoning"]["judge_sees_reference"] is False
