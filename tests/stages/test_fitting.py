"""A training that cannot fit is refused before its first step."""

from types import SimpleNamespace

import pytest
import torch

from zoo.core import memory
from zoo.core.errors import ZooError
from zoo.stages.fitting import need_room


def trainer(device: str, ranks: int = 1, strategy: str = "SingleDeviceStrategy") -> SimpleNamespace:
    kind = type(strategy, (), {"root_device": torch.device(device)})
    return SimpleNamespace(strategy=kind(), world_size=ranks)


@pytest.fixture
def model() -> torch.nn.Module:
    model = torch.nn.Sequential(torch.nn.Linear(1_000, 1_000, bias=False), torch.nn.Linear(1_000, 500, bias=False))
    model[0].requires_grad_(False)  # 4 MB of weights that stay, 2 MB that are trained
    return model


def test_on_a_cpu_gradients_and_moments_count(model, monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 6_000_000)
    need_room(model, trainer("cpu"))
    monkeypatch.setattr(memory, "free_bytes", lambda: 5_900_000)
    with pytest.raises(ZooError, match=r"trained parameters with their gradients and moments need 0\.0 GB of memory"):
        need_room(model, trainer("cpu"))


def test_on_a_gpu_the_weights_count_too_unless_ranks_share_them(model, monkeypatch):
    monkeypatch.setattr(memory, "free_gpu_bytes", lambda: 12_000_000)
    need_room(model, trainer("cuda"))
    monkeypatch.setattr(memory, "free_gpu_bytes", lambda: 11_900_000)
    for alone in (trainer("cuda"), trainer("cuda", 2, "DDPStrategy")):
        with pytest.raises(ZooError, match=r"GB of the GPU and .* are free; train a LoRA"):
            need_room(model, alone)
    need_room(model, trainer("cuda", 2, "Fsdp2"))
