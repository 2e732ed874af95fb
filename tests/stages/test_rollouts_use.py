"""What a rollout is used for: groups without spread are left out, and one rollout may serve several updates."""

import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from tests.stages.conftest import STEADY
from zoo.models.rollout import Rollout
from zoo.stages.policy import PolicyStage
from zoo.text.trace import Trace, render

GROUP = 4


@pytest.fixture
def answers(monkeypatch):
    """Answers of a policy that has learnt to answer: the first utterance's differ in worth, the others' do not."""

    def rollout(stage, prompted, group_size, *_):
        tokenizer = stage.model.backbone.tokenizer
        rows = []
        for prompt in range(len(prompted.embeds)):
            for answer in range(group_size):
                emotion = ("angry", "sad")[answer % 2] if prompt == 0 else "angry"
                text = render(Trace("The pitch is high. So the emotion is " + emotion + "." * (prompt + 1), emotion))
                ids = [*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id]
                rows.append(torch.tensor(ids))
        mask = pad_sequence([torch.ones_like(row, dtype=torch.bool) for row in rows], batch_first=True)
        ids = pad_sequence(rows, batch_first=True, padding_value=stage.model.backbone.pad_id)
        return Rollout(ids, mask, torch.zeros(ids.shape), torch.ones(len(rows), dtype=torch.bool))

    monkeypatch.setattr(PolicyStage, "rollout", rollout)


def losses(rows):
    return {step: row["loss"] for step, row in rows if "loss" in row}


def gradient(stage, batch):
    stage.log_dict = lambda *_, **__: None
    stage._over_ranks = lambda values: values
    stage.zero_grad()
    stage.training_step(batch, 0).backward()
    return torch.cat([p.grad.flatten() for p in stage.parameters() if p.grad is not None])


def test_groups_without_spread_are_left_out_and_the_others_gradient_stays(build, answers):
    found = []
    for skip in ("true", "false"):
        *_, data, stage = build(*STEADY, f"stage.skip_flat={skip}", "stage.kl=0.0")
        batch = next(iter(data.train_dataloader()))
        found.append(gradient(stage, batch))
    assert found[0].abs().max() > 0
    torch.testing.assert_close(found[0], found[1], atol=1e-6, rtol=1e-4)


def test_a_step_in_which_no_group_has_spread_changes_nothing(train):
    """A random model's answers are all worth 0."""
    before = train("stage.skip_flat=true", "trainer.max_steps=0", run="none")[0]
    after, rows = train("stage.skip_flat=true", "trainer.max_steps=2", "trainer.weight_decay=0.0", run="two")
    assert [row["groups_without_spread"] for _, row in rows if "groups_without_spread" in row] == [1.0, 1.0]
    for (name, p), q in zip(before.named_parameters(), after.parameters(), strict=True):
        assert torch.equal(p, q), name


def test_one_rollout_serves_several_updates(train, answers):
    _, rows = train(*STEADY, "stage.updates=3", "trainer.max_steps=6", run="three")
    assert [step for step, row in rows if "reward" in row] == [0, 3]  # where answers were sampled
    assert sorted(losses(rows)) == [0, 1, 2, 3, 4, 5]
    sampled = [row["entropy"] for _, row in rows if "entropy" in row]
    assert len(set(sampled)) == len(sampled)  # the policy moves in between


def test_a_run_stopped_within_a_rollouts_updates_goes_on_with_them(train, answers):
    options = (*STEADY, "stage.updates=3", "trainer.decay=constant")
    _, straight = train(*options, "trainer.max_steps=6", run="straight")
    _, begun = train(*options, "trainer.max_steps=2", run="parts")
    _, resumed = train(*options, "trainer.max_steps=6", run="parts", resume=True)
    assert losses(begun) | losses(resumed) == losses(straight)
    assert min(losses(resumed)) == 2
    assert len(set(losses(straight).values())) > 3


def test_the_second_update_weighs_answers_by_the_ratio_to_the_policy_that_sampled(build, answers, monkeypatch):
    *_, data, stage = build(*STEADY, "stage.updates=2", "stage.kl=0.0", "stage.clip=1.0e9")
    batch = next(iter(data.train_dataloader()))
    gradient(stage, batch)
    first = stage.collected
    assert first.log_probs is not None
    with torch.no_grad():
        for p in stage.parameters():
            if p.requires_grad:
                p += 0.05 * torch.randn_like(p)
    prompted = stage.model.prompt(stage.model.listen(batch.waves), batch.emotions)
    mask = first.rollout.mask[first.rows]
    now = stage.score_answers(prompted.rows(first.utterances), first.rollout.ids[first.rows], mask).log_probs.detach()
    ratio = (now - first.log_probs).exp()
    by_hand = (-(ratio * first.advantages[:, None]) * mask).sum(1) / mask.sum(1)
    monkeypatch.setattr(PolicyStage, "global_step", 1)
    loss = stage.training_step(batch, 1)
    torch.testing.assert_close(loss.detach(), by_hand.sum() / len(first.rollout.ids))


def test_no_updates_is_refused(build):
    with pytest.raises(Exception, match=r"stage\.updates is 0; a rollout is used for at least one update"):
        build("stage.updates=0")


def test_a_profiled_run_says_where_its_time_went(build, answers, tmp_path):
    from zoo.report.profile import show_profile
    from zoo.stages.run import trainer_for

    _, settings, data, stage = build(*STEADY, "trainer.max_steps=4", "trainer.profile=true")
    trainer_for(tmp_path, settings, stage).fit(stage, data)
    rows = show_profile(stage.phases, stage)
    assert list(rows)[:4] == ["waiting for data", "listening", "sampling", "rewards"]
    assert {"reference", "update", "backward", "optimizer"} <= rows.keys()
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1.0)
    assert all(0 < rows[name]["floor_seconds"] < rows[name]["seconds"] for name in ("reference", "update", "backward"))
    assert stage.phases.steps == 3  # the first is left out
