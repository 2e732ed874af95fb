"""From random weights to a policy that was trained by a trained judge: base, judge, GRPO-PTR, at the smallest size."""

import pytest

from zoo.stages.run import save_checkpoint, trainer_for

PARTS = ("encoder.frozen=false", "backbone.lora=null", "prosody.tokens=false")
BASE = ("stage.name=sft", "stage.max_new_tokens=70", "rewards=null", "trainer.max_steps=240", "trainer.lr=4e-3")
JUDGE = ("stage.name=judge", "stage.group_size=6", "rewards=null", "scorer.name=judge-head")
POLICY = (
    "stage.group_size=6",
    "stage.max_new_tokens=70",
    "stage.kl=0.01",
    "data.utterances_per_step=4",
    "rewards.reasoning.schedule.accuracy=0.3",
    "rewards.reasoning.schedule.window=4",
    "trainer.max_steps=40",
    "trainer.lr=3e-3",
    "trainer.decay=constant",
)


@pytest.fixture
def fit(build, tmp_path):
    def fit(name, *overrides):
        recipe, settings, data, stage = build(*PARTS, *overrides)
        rows = []
        original = stage.log_dict

        def log_dict(values, **options):
            rows.append({k: float(v) for k, v in values.items()})
            original(values, **options)

        stage.log_dict = log_dict
        trainer = trainer_for(None, settings)
        trainer.fit(stage, data)
        trainer.test(stage, data, verbose=False)
        return save_checkpoint(tmp_path / name, recipe, stage, data, {}, {}, {}), stage.results(), rows

    return fit


def test_every_stage_builds_on_the_one_before(fit):
    base, learnt, _ = fit("base", *BASE)
    assert learnt["format"] > 0
    judge, marks, _ = fit("judge", *JUDGE, f"start_from={base}", "trainer.max_steps=60", "trainer.lr=2e-3")
    assert marks["spearman"] > 0.3
    _, _, rows = fit("policy", *POLICY, f"start_from={base}", f"rewards.reasoning.judge={judge}")
    logged = [row for row in rows if "reward_outcome" in row]
    worth = [0.3 * r["reward_format"] + r["reward_outcome"] + 0.5 * r["reward_reasoning"] for r in logged]
    assert sum(worth[-10:]) > sum(worth[:10]) + 0.5  # the gate's own step in the reward left out
    gates = [row["gate"] for row in rows if "gate" in row]
    assert set(gates) == {0.0, 1.0}
    assert gates == sorted(gates)  # once open it stays open
