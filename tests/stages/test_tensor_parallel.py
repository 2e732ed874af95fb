"""Two ranks with one copy of the backbone's blocks are one process with the same batch, answers included."""

from types import SimpleNamespace

import pytest
import torch

from tests.stages.ranks_at_work import (
    FAMILIES,
    STAGES,
    WHOLE,
    assert_same,
    assert_same_gradients,
    of,
    one_and_ranks,
    run_ranks,
    train,
    whole_run,
)
from zoo.backbones.cut import cut
from zoo.core.checkpoint import read_checkpoint
from zoo.core.errors import ZooError
from zoo.core.registry import backbones
from zoo.core.sections import Trainer
from zoo.stages.run import latest_state
from zoo.stages.strategies import strategy_of


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with what one process and two ranks found in the same trainings."""
    return one_and_ranks(tmp_path_factory.mktemp("ranks"), "tensor")


@pytest.mark.parametrize("kind", STAGES)
def test_ranks_that_share_a_copy_have_the_losses_gradients_and_answers_of_one(ran, kind):
    expected = of(ran, kind)
    for rank in range(2):
        found = of(ran, f"cut_{kind}.{rank}")
        assert_same(found, expected, range(3))
        assert_same_gradients(found, expected)
        assert found["lengths"] == expected["lengths"]


@pytest.mark.parametrize("kind", STAGES)
def test_what_each_rank_has_a_copy_of_stays_the_same_on_all(ran, kind):
    first, second = (of(ran, f"cut_{kind}.{rank}") for rank in range(2))
    assert first["losses"] == second["losses"]
    for name, weight in first["weights"].items():
        assert torch.equal(weight, second["weights"][name]), name


@pytest.mark.parametrize("kind", STAGES)
def test_a_state_goes_on_with_another_number_of_ranks(ran, kind):
    expected = of(ran, f"five_{kind}")
    assert_same(of(ran, f"resumed_{kind}.0"), expected, range(2, 5))  # one rank's state on two
    back = train(ran, kind, f"back_{kind}", "trainer.max_steps=5", WHOLE, resume=latest_state(ran / f"cut_{kind}"))
    assert_same(back, expected, range(2, 5))


def test_two_copies_on_four_ranks_are_two_ranks_of_half_a_batch(ran):
    run_ranks(ran, "table", ranks=4)
    expected = train(ran, "grpo", "halves", "trainer.max_steps=3", WHOLE, replay=True)
    for rank in range(4):
        found = of(ran, f"table.{rank}")
        assert_same(found, expected, range(3))
        assert_same_gradients(found, expected)
        assert found["lengths"] == expected["lengths"][rank // 2 :: 2]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_with_a_plan_is_cut_by_it(ran, name):
    for rank in range(2):
        found = of(ran, f"families.{rank}")[name]
        assert found["apart"] < 2e-5
        assert found["same_answers"]


def test_a_run_leaves_an_ordinary_checkpoint_and_counts_each_utterance_once(ran, monkeypatch):
    monkeypatch.chdir(ran)
    (cut_run,) = (ran / "runs" / "sft").glob("*/")
    found = read_checkpoint(cut_run / "checkpoint")
    whole_run(ran, "sft", WHOLE, "trainer.max_steps=3")
    (run,) = set((ran / "runs" / "sft").glob("*/")) - {cut_run}
    expected = read_checkpoint(run / "checkpoint")
    assert found.tensors().keys() == expected.tensors().keys()
    for name, value in expected.tensors().items():
        torch.testing.assert_close(found.tensors()[name], value, atol=1e-4, rtol=1e-4)
    before, theirs = (c.card["held_out"]["before"] for c in (found, expected))
    assert before["n"] == theirs["n"]
    assert before["answer_tokens"] == pytest.approx(theirs["answer_tokens"])


@pytest.mark.parametrize(
    ("name", "ranks", "way_out"),
    [
        ("qwen3-test", 3, "3 ranks cannot share num_attention_heads=4.*trainer.tensor_parallel"),
        ("qwen3-test", 4, "4 ranks cannot share num_key_value_heads=2.*trainer.tensor_parallel"),
        ("qwen3-omni-test", 2, "the library has one with .* for qwen3_moe models; use fsdp2"),
    ],
)
def test_what_cannot_be_cut_is_refused(name, ranks, way_out):
    model = backbones.build(name, {}).language_model
    with pytest.raises(ZooError, match=way_out):
        cut(model, SimpleNamespace(size=lambda: ranks))


def test_a_family_without_a_plan_and_packed_weights_are_refused():
    model = backbones.build("qwen3-test", {"lora": {"rank": 2}}).language_model
    model.base_model.layers[0].mlp.up_proj.base_layer.weight = torch.nn.Parameter(
        torch.zeros(8, dtype=torch.uint8), requires_grad=False
    )
    with pytest.raises(ZooError, match="quantise=null"):
        cut(model, SimpleNamespace(size=lambda: 2))
    model.config.base_model_tp_plan = None
    with pytest.raises(ZooError, match="no plan for qwen3 models; use fsdp2"):
        cut(model, SimpleNamespace(size=lambda: 2))


def test_a_number_of_ranks_belongs_to_its_strategy():
    with pytest.raises(ZooError, match="tensor_parallel is for strategy tensor-parallel and not for fsdp2"):
        strategy_of(Trainer(strategy="fsdp2", tensor_parallel=2))
    assert strategy_of(Trainer(strategy="tensor-parallel", tensor_parallel=2)).together == 2
