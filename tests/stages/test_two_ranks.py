"""Two ranks of half a batch are one rank of the whole: losses, gradients, weights, states and checkpoints."""

import pytest
import torch

from tests.stages.ranks_at_work import (
    STAGES,
    WHOLE,
    assert_same,
    assert_same_gradients,
    build,
    of,
    one_and_ranks,
    train,
)
from zoo.consolidate import main as consolidate
from zoo.core.checkpoint import read_checkpoint
from zoo.core.errors import ZooError
from zoo.core.sections import Trainer
from zoo.stages.run import latest_state
from zoo.stages.strategies import DDP, strategy_of


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with what one process and two ranks found in the same trainings."""
    return one_and_ranks(tmp_path_factory.mktemp("ranks"), "data", replay=True)


@pytest.mark.parametrize("strategy", ["ddp", "fsdp2"])
@pytest.mark.parametrize("kind", STAGES)
def test_two_ranks_have_the_losses_and_gradients_of_one(ran, kind, strategy):
    expected = of(ran, kind)
    for rank in range(2):
        found = of(ran, f"{strategy}_{kind}.{rank}")
        assert_same(found, expected, range(3))
        assert_same_gradients(found, expected)


@pytest.mark.parametrize("strategy", ["ddp", "fsdp2"])
def test_each_rank_samples_from_its_own_stream_and_for_as_long_as_its_answers_go_on(ran, strategy):
    one, ranks = of(ran, "grpo"), [of(ran, f"{strategy}_grpo.{rank}") for rank in range(2)]
    drawn = [rank["lengths"] for rank in ranks]
    assert one["lengths"] == [row for step in zip(*drawn, strict=True) for row in step]
    assert any(max(ours) != max(theirs) for ours, theirs in zip(*drawn, strict=True))


def test_a_rank_with_nothing_to_learn_from_holds_up_no_other(ran):
    """FSDP2, one utterance a rank, further draws in place of flat groups, each rollout used twice."""
    ranks = [of(ran, f"alone.{rank}") for rank in range(2)]
    taught = list(zip(*(rank["taught"] for rank in ranks), strict=True))
    assert (True, False) in taught or (False, True) in taught
    assert ranks[0]["losses"].keys() == set(range(8))
    assert ranks[0]["losses"] == ranks[1]["losses"]
    for name, weight in ranks[0]["weights"].items():
        assert torch.equal(weight, ranks[1]["weights"][name])


@pytest.mark.parametrize("kind", STAGES)
def test_a_state_goes_on_with_another_number_of_ranks(ran, kind):
    expected = of(ran, f"five_{kind}")
    assert_same(of(ran, f"resumed_{kind}.0"), expected, range(2, 5))  # one rank's state under FSDP2 of two
    state = latest_state(ran / f"fsdp2_{kind}")
    back = train(ran, kind, f"back_{kind}", "trainer.max_steps=5", WHOLE, resume=state, replay=True)
    assert_same(back, expected, range(2, 5))


def test_a_sharded_run_leaves_an_ordinary_checkpoint_and_a_stopped_one_becomes_one(ran, monkeypatch):
    monkeypatch.chdir(ran)
    (run,) = (ran / "runs" / "sft").glob("*/")
    written = read_checkpoint(run / "checkpoint").tensors()
    (run / "checkpoint").rename(run / "first")
    result = consolidate([str(run)])
    again = read_checkpoint(result["checkpoint"]).tensors()
    assert result["steps"] == 3
    assert again.keys() == written.keys()
    assert all(torch.equal(again[name], value) for name, value in written.items())


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("deepspeed-3", "use fsdp2"), ("deepspeed-2", "pip install deepspeed")],
)
def test_a_strategy_that_cannot_be_says_what_can(name, way_out, monkeypatch):
    monkeypatch.setattr("zoo.stages.strategies.find_spec", lambda _: None)
    with pytest.raises(ZooError, match=way_out):
        strategy_of(Trainer(strategy=name))


def test_an_unknown_strategy_is_told_with_its_place_and_the_nearest(ran):
    with pytest.raises(ZooError, match=r'strategy=fsdp: there is no strategy "fsdp"; did you mean "fsdp2"\?'):
        build(ran, "sft", "trainer.strategy=fsdp")


@pytest.mark.parametrize("words", [{"devices": 2}, {"num_nodes": 2}, {"devices": "4"}])
def test_many_devices_without_a_word_are_ddp(words):
    assert strategy_of(Trainer(accelerator="cpu", **words)) == DDP
    assert strategy_of(Trainer(accelerator="cpu", devices=1)) == "auto"
