"""DeepSpeed's stage 2 on two ranks is one rank of the whole batch; its states and checkpoints are the ordinary ones."""

import pytest
import torch

from tests.stages.ranks_at_work import (
    MIXED,
    SPOILT,
    STAGES,
    WHOLE,
    assert_same,
    assert_same_gradients,
    of,
    one_and_ranks,
    train,
)
from zoo.consolidate import main as consolidate
from zoo.core.checkpoint import read_checkpoint
from zoo.stages.run import latest_state

pytest.importorskip("deepspeed", reason="needs pip install deepspeed", exc_type=ImportError)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with what one process and two ranks found in the same trainings."""
    return one_and_ranks(tmp_path_factory.mktemp("deepspeed"), "deepspeed", replay=True)


@pytest.mark.parametrize("kind", STAGES)
def test_two_ranks_have_the_losses_and_gradients_of_one(ran, kind):
    expected = of(ran, kind)
    for rank in range(2):
        found = of(ran, f"ds_{kind}.{rank}")
        assert_same(found, expected, range(3))
        assert_same_gradients(found, expected)


@pytest.mark.parametrize("kind", STAGES)
def test_a_state_goes_on_with_another_strategy_and_back(ran, kind):
    expected = of(ran, f"five_{kind}")
    assert_same(of(ran, f"resumed_{kind}.0"), expected, range(2, 5))
    state = latest_state(ran / f"ds_{kind}")
    back = train(ran, kind, f"back_{kind}", "trainer.max_steps=5", WHOLE, resume=state, replay=True)
    assert_same(back, expected, range(2, 5))


def test_a_gradient_that_is_no_number_on_one_rank_changes_nothing_on_any(ran):
    expected = train(ran, "sft", "one_spoilt", WHOLE, *SPOILT, spoilt=1)
    assert expected["skipped"] == 1
    for rank in range(2):
        found = of(ran, f"spoilt.{rank}")
        assert found["skipped"] == 1
        reached = expected["gradients"][0]  # DeepSpeed's zeros for the rest have it decay
        weights = {name: weight for name, weight in expected["weights"].items() if name in reached}
        assert_same(found, {**expected, "weights": weights}, (2, 3))


def test_mixed_precision_keeps_the_weights_in_full(ran):
    expected = train(ran, "sft", "one_mixed", WHOLE, *MIXED)
    found = of(ran, "mixed.0")
    assert {weight.dtype for weight in found["weights"].values()} == {torch.float32}
    assert [*found["losses"].values()] == pytest.approx([*expected["losses"].values()], abs=0.02)
    assert found["losses"] != of(ran, "ds_sft.0")["losses"]


def test_a_run_leaves_an_ordinary_checkpoint_and_a_stopped_one_becomes_one(ran, monkeypatch):
    monkeypatch.chdir(ran)
    (run,) = (ran / "runs" / "sft").glob("*/")
    written = read_checkpoint(run / "checkpoint").tensors()
    (run / "checkpoint").rename(run / "first")
    again = read_checkpoint(consolidate([str(run)])["checkpoint"]).tensors()
    assert again.keys() == written.keys()
    assert all(torch.equal(again[name], value) for name, value in written.items())
