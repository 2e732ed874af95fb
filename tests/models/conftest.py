"""A model of `*-test` parts, and waves of several lengths."""

import pytest
import torch

from zoo.models.build import build_model

SECTIONS = {
    "encoder": {"name": "whisper-test", "frozen": True},
    "prosody": {"name": "frame-cues", "tokens": True, "hidden": 16},
    "adapter": {"name": "conv-mlp", "stride": 4, "hidden": 32},
    "backbone": {"name": "qwen3-test", "lora": {"rank": 4}},
}
EMOTIONS = ("angry", "sad", "happy")


@pytest.fixture
def sections():
    return {part: dict(section) for part, section in SECTIONS.items()}


@pytest.fixture
def model(sections):
    torch.manual_seed(1)
    return build_model(sections).eval()


@pytest.fixture
def waves():
    generator = torch.Generator().manual_seed(2)
    return [0.1 * torch.randn(n, generator=generator) for n in (16_000, 9_000, 24_000)]
