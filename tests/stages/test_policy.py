"""GRPO-PTR: one LightningModule for every variant, resumable to the same losses, with a gate that survives."""

import math

import pytest
import torch

from zoo.models.build import parts
from zoo.stages.stage import Stage

SFT = ("stage={name: sft, max_new_tokens: 10}", "rewards=null", "backbone.lora=null")


def trained_in(stage):
    """Which parts are in training mode."""
    return {name: part.training for name, part in parts(stage.model).items()}


def losses(rows):
    return {step: row["loss"] for step, row in rows if "loss" in row}


def test_every_step_logs_the_rewards_by_the_recipes_names_and_the_groups_health(train):
    _, rows = train("trainer.max_steps=2")
    logged = set().union(*(row for _, row in rows))
    assert {
        "reward",
        "reward_format",
        "reward_outcome",
        "reward_reasoning",
        "trust",
        "gate",
        "kl",
        "entropy",
        "groups_all_right",
        "groups_all_wrong",
        "groups_without_spread",
        "clip_share",
        "sampling_gap",
        "answer_tokens",
        "judge_failures",
    } <= logged


def test_a_stopped_and_resumed_run_equals_one_that_never_stopped(train):
    _, whole = train(run="whole")
    train("trainer.max_steps=6", run="parts_")  # another run in between changes nothing
    _, first = train("trainer.max_steps=6", "trainer.save_every_steps=2", run="never")
    assert losses(first) == losses(whole)
    stopped_at = 4
    _, begun = train(f"trainer.max_steps={stopped_at}", "trainer.decay=constant", run="parts")
    _, resumed = train("trainer.max_steps=6", "trainer.decay=constant", run="parts", resume=True)
    _, straight = train("trainer.max_steps=6", "trainer.decay=constant", run="straight")
    joined = losses(begun) | losses(resumed)
    assert min(losses(resumed)) == stopped_at
    assert joined == losses(straight)


def test_the_gate_that_opened_is_open_after_a_resume(train):
    stage, _ = train("trainer.max_steps=4", run="gate")
    assert stage.rewards.gate == 1.0
    again, rows = train("trainer.max_steps=6", run="gate", resume=True)
    assert again.rewards.gate == 1.0
    assert all(row["gate"] == 1.0 for _, row in rows if "gate" in row)


def test_a_runs_state_holds_what_is_trained_and_no_frozen_weight(train, tmp_path):
    stage, _ = train("adapter.frozen=true", "prosody.frozen=true", "trainer.max_steps=2", run="small")
    state = torch.load(tmp_path / "small" / "resume" / "last.ckpt", weights_only=True)
    assert state["state_dict"]
    assert all(".lora_" in name for name in state["state_dict"])
    trained = sum(p.numel() for p in stage.parameters() if p.requires_grad)
    assert sum(value.numel() for value in state["state_dict"].values()) == trained


def test_a_policy_starts_at_its_reference_and_leaves_it(build):
    _, _, data, stage = build("backbone.lora.dropout=0.0")
    batch = next(iter(data.train_dataloader()))
    ids = torch.randint(8, 900, (8, 5))
    mask = torch.ones(8, 5, dtype=torch.bool)

    def scores():
        with torch.no_grad():
            prompted = stage.model.prompt(stage.model.listen(batch.waves), batch.emotions)
            return stage.score_answers(prompted, ids, mask).log_probs

    at_start = scores()
    with torch.no_grad():
        for p in stage.model.parameters():
            if p.requires_grad:
                p += 0.05 * torch.randn_like(p)
    moved = scores()
    with stage.reference.weights():
        assert torch.equal(scores(), at_start)
    assert torch.equal(scores(), moved)
    assert not torch.allclose(moved, at_start)


def test_the_reference_of_a_fresh_lora_is_the_lora_switched_off(build):
    _, _, data, stage = build("prosody.frozen=true", "adapter.frozen=true")
    batch = next(iter(data.train_dataloader()))
    with torch.no_grad():
        for p in stage.model.backbone.parameters():
            if p.requires_grad:
                p += 0.05
        prompt = stage.model.prompt(stage.model.listen(batch.waves), batch.emotions)

        def hidden():
            return stage.model.backbone(prompt.embeds, prompt.mask, prompt.positions)[0]

        with stage.reference.weights():
            ours = hidden()
        with stage.model.backbone.without_lora():
            off = hidden()
    torch.testing.assert_close(ours[prompt.mask], off[prompt.mask], atol=1e-6, rtol=0)


@pytest.mark.parametrize("encoder", ["whisper-test", "wav2vec2-test", "hubert-test", "wavlm-test"])
@pytest.mark.parametrize("backbone", ["qwen3-test", "llama-test"])
def test_every_encoder_with_every_backbone_trains_by_the_same_stages(train, encoder, backbone):
    parts = (f"encoder.name={encoder}", f"backbone.name={backbone}", "trainer.max_steps=1")
    _, rows = train(*parts, run="rl")
    assert math.isfinite(losses(rows)[0])
    stage, _ = train(*parts, *SFT, run="sft")
    assert math.isfinite(float(stage.trainer.callback_metrics["loss"]))


@pytest.mark.parametrize("adapter", ["conv-mlp", "stack-mlp", "linear"])
@pytest.mark.parametrize("prosody", ["prosody={name: frame-cues, tokens: true}", "prosody=null"])
def test_every_adapter_trains_with_and_without_cue_tokens(train, adapter, prosody):
    _, rows = train(f"adapter={{name: {adapter}}}", prosody, "trainer.max_steps=1")
    assert math.isfinite(losses(rows)[0])


def test_learning_an_answer_makes_the_loss_fall(train):
    """The sft stage on two words: 40 steps at test size bring the loss well down."""
    stage, _ = train(*SFT, "trainer.max_steps=1", run="a")
    first = float(stage.trainer.callback_metrics["loss"])
    stage, _ = train(*SFT, "trainer.max_steps=40", run="b")
    assert float(stage.trainer.callback_metrics["loss"]) < 0.7 * first


def test_frozen_parts_stay_in_evaluation_mode(build):
    *_, stage = build("adapter.frozen=true")
    stage.train()
    assert isinstance(stage, Stage)
    assert not stage.model.encoder.training
    assert not stage.model.adapter.training
    assert stage.model.backbone.training


def test_nothing_to_train_is_said(build):
    frozen = [f"{part}.frozen=true" for part in ("encoder", "prosody", "adapter", "backbone")]
    *_, stage = build(*frozen)
    with pytest.raises(Exception, match="every part of the recipe is frozen"):
        stage.configure_optimizers()


def test_a_policy_that_has_not_learnt_yet_is_no_kl_away_from_its_reference_whatever_is_dropped_in_training(train):
    hears = ("prosody={name: frame-cues, tokens: true, affect: 8, dropout: 0.5}", "prosody.frozen=true")
    stage, rows = train(
        *hears, "backbone.lora.dropout=0.5", "trainer.max_steps=1", "stage.skip_flat=false", "start_from=null"
    )
    assert [row["kl"] for _, row in rows if "kl" in row] == [0.0]
    assert trained_in(stage) == {"encoder": False, "prosody": False, "adapter": False, "backbone": True}


def test_a_frozen_part_drops_nothing_while_others_are_trained(train):
    stage, _ = train(*SFT, "trainer.max_steps=1", "prosody.frozen=true", "adapter.frozen=false")
    assert trained_in(stage) == {"encoder": False, "prosody": False, "adapter": True, "backbone": True}
