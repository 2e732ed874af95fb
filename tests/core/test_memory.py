"""Weights that do not fit are refused before they are read."""

from pathlib import Path

import pytest
import torch

from zoo.core import memory
from zoo.core.errors import ZooError
from zoo.core.pretrained import fill


def test_some_memory_is_free_and_no_more_than_there_is() -> None:
    import psutil

    assert 0 < memory.free_bytes() <= psutil.virtual_memory().total


def test_a_containers_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "max").write_text("3000000\n")
    (tmp_path / "used").write_text("1000000\n")
    monkeypatch.setattr(memory, "LIMITS", ((tmp_path / "max", tmp_path / "used"), (tmp_path / "no", tmp_path / "no")))
    assert memory.free_bytes() == 2_000_000
    (tmp_path / "max").write_text("max\n")
    assert memory.free_bytes() > 2_000_000


def test_what_does_not_fit_is_said_with_figures_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 2_000_000_000)
    memory.need(2e9, "the weights", "take less")
    with pytest.raises(ZooError) as told:
        memory.need(30.46e9, "the weights", "take less")
    assert str(told.value) == "the weights need 30.5 GB of memory and 2.0 GB are free; take less"


def test_an_encoders_weights_are_weighed_before_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 1_000)
    with torch.device("meta"):
        module = torch.nn.Linear(100, 100)
    with pytest.raises(ZooError, match=r"the 0 M numbers in .* need 0\.0 GB of memory"):
        fill(module, tmp_path, lambda name: name)  # an empty folder: reading it would say something else
