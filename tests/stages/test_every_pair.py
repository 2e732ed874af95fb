"""Any ear with any language model: every pair of small random members takes a step of SFT and one of GRPO-PTR."""

from itertools import product

import pytest
import torch

from zoo.core.registry import backbones, encoders
from zoo.rewards.format import Format
from zoo.stages.run import trainer_for

pytestmark = pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")  # WavLM's own

EARS = [name for name in encoders.entries if name.endswith("-test")]
MODELS = [name for name in backbones.entries if name.endswith("-test")]
QUICK = ("trainer.max_steps=1", "trainer.warmup_steps=0", "data.utterances_per_step=2", "prosody=null")
STAGES = {
    "sft": ("stage.name=sft", "rewards=null"),
    "grpo-ptr": ("stage.group_size=2", "stage.max_new_tokens=4", "data.utterances_per_step=1"),
}


@pytest.mark.parametrize(("ear", "model"), product(EARS, MODELS))
def test_a_step_of_sft_and_one_of_grpo_ptr(ear, model, build, monkeypatch):
    # Random weights never find the form; here one answer of a group is paid for it, so that something can be learnt.
    monkeypatch.setattr(Format, "score", lambda _, group: torch.arange(len(group.answers)) / 2)
    for chosen in STAGES.values():
        _, settings, data, stage = build(f"encoder.name={ear}", f"backbone.name={model}", *QUICK, *chosen)
        before = {name: p.detach().clone() for name, p in stage.model.named_parameters() if p.requires_grad}
        trainer = trainer_for(None, settings)
        trainer.fit(stage, data)
        assert trainer.global_step == 1
        after = dict(stage.model.named_parameters())
        assert all(value.isfinite().all() for value in after.values())
        for part in ("_adapter.", "_backbone."):
            assert any(not torch.equal(after[name], old) for name, old in before.items() if name.startswith(part)), part


def test_there_are_enough_pairs() -> None:
    assert min(len(EARS), len(MODELS)) >= 6
