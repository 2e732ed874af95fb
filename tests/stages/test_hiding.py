"""Frames are hidden as often as a recipe says, where it says, and never where nothing else would be heard."""

import pytest
import torch

from zoo.core.errors import ZooError
from zoo.stages.hiding import hidden


def test_frames_are_hidden_as_often_as_is_said_and_anew_in_each_step() -> None:
    keys = [str(i) for i in range(4000)]
    shares = [0.25] * 2000 + [0.0] * 1000 + [1.0] * 1000
    first, second = (hidden(shares, keys, seed=3, step=step) for step in (0, 1))
    assert first is not None
    assert second is not None
    assert 0.22 < first[:2000].float().mean() < 0.28
    assert not first[2000:3000].any()
    assert first[3000:].all()
    assert 0.3 < (first != second)[:2000].float().mean() < 0.45, "two draws of a quarter differ in three eighths"
    again = hidden(shares, keys, seed=3, step=0)
    assert again is not None
    assert torch.equal(first, again), "a resumed run hides what it would have hidden"
    assert hidden([0.0] * 4, keys[:4], 3, 0) is None


def test_a_cold_start_hides_frames_in_training_alone(build, monkeypatch) -> None:
    _, _, data, stage = build("stage={name: sft, hide: 1.0, max_new_tokens: 4}", "rewards=null")
    rows, listen = [], stage.model.listen
    monkeypatch.setattr(stage.model, "listen", lambda *given: (rows.append(given[2:]), listen(*given))[1])
    monkeypatch.setattr(stage, "report", lambda *_, **__: None)
    batch = next(iter(data.train_dataloader()))
    stage.training_step(batch, 0)
    assert rows.pop()[0].all()
    stage.prompt(batch)  # as in evaluation
    assert rows == [()]


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (("stage={name: sft, hide: 1.5}",), "stage.hide is 1.5; it is the share of utterances"),
        (("stage={name: sft, hide: 0.5}", "prosody=null"), "without frames this model hears nothing"),
        (("stage={name: prosody-sft, tasks: {cold-start: {hide: -1}}}",), "cold-start.hide is -1; it is the share"),
    ],
)
def test_hiding_what_cannot_be_hidden_is_refused(build, overrides, says) -> None:
    with pytest.raises(ZooError) as error:
        build(*overrides, "rewards=null")
    assert says in str(error.value)
