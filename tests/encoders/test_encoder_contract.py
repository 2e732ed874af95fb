"""Every encoder keeps its promises; the small random member of each class stands for its class."""

from pathlib import Path

import pytest
import torch

from zoo.core.errors import ZooError
from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder

pytestmark = pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")  # WavLM's own
TESTED = [name for name in encoders.entries if name.endswith("-test")]
OPTIONS = [{}, {"layers": 1}, {"mix": True}, {"layers": 2, "mix": True}]
CASES = [(name, row) for name in TESTED for row in OPTIONS if row.keys() <= encoders.entries[name].options.keys()]
LAYERED = [name for name in TESTED if "layers" in encoders.entries[name].options]
SAMPLES = torch.tensor([16_000, 5_000, 7_777, 300])


def build(name: str, **options: object) -> Encoder:
    torch.manual_seed(3)
    encoder = encoders.build(name, options).eval()
    for key, value in encoder.named_parameters():
        if key.endswith("bias"):  # as if trained: a fresh bias is zero and hides what leaks
            torch.nn.init.normal_(value, std=0.1)
    return encoder


@pytest.fixture(scope="module")
def waves() -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    waves = 0.1 * torch.randn(len(SAMPLES), int(SAMPLES.max()), generator=generator)
    return waves * (torch.arange(waves.shape[1]) < SAMPLES[:, None])


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_batched_equals_single(name: str, options: dict[str, object], waves: torch.Tensor) -> None:
    encoder = build(name, **options)
    with torch.no_grad():
        frames, mask = encoder(waves, SAMPLES)
        for row, samples in enumerate(SAMPLES.tolist()):
            alone, kept = encoder(waves[row : row + 1, :samples], SAMPLES[row : row + 1])
            assert kept.all()
            assert mask[row].sum() == alone.shape[1]
            torch.testing.assert_close(frames[row][mask[row]], alone[0], atol=1e-5, rtol=0)
    assert (frames[~mask] == 0).all()


@pytest.mark.parametrize("name", TESTED)
def test_noise_in_the_padding_changes_nothing(name: str, waves: torch.Tensor) -> None:
    encoder = build(name)
    noisy = waves + (waves == 0) * torch.randn(waves.shape, generator=torch.Generator().manual_seed(6))
    with torch.no_grad():
        torch.testing.assert_close(encoder(noisy, SAMPLES)[0], encoder(waves, SAMPLES)[0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", TESTED)
def test_states_its_width_and_rate_truly(name: str, waves: torch.Tensor) -> None:
    encoder = build(name)
    with torch.no_grad():
        frames, mask = encoder(waves, SAMPLES)
    assert frames.shape == (*mask.shape, encoder.dim)
    assert mask.dtype == torch.bool
    spoken_s = SAMPLES / 16_000
    covered_s = torch.tensor([encoder.covered_s(duration_s) for duration_s in spoken_s.tolist()])
    for kept, seconds in ((mask, covered_s), (encoder.inside(mask, SAMPLES), spoken_s)):
        lost = (kept.sum(1) - seconds * encoder.frame_rate_hz).abs().max()
        assert lost < 2, "no more is lost than what fills no window at the end"
    assert (covered_s == spoken_s).all() == (encoder.window_s is None)
    assert (mask.int().diff(dim=1) <= 0).all(), "data first, padding last"


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_gradients_reach_every_parameter(name: str, options: dict[str, object], waves: torch.Tensor) -> None:
    encoder = build(name, **options)
    frames, mask = encoder(waves, SAMPLES)
    (frames[mask] * torch.randn(frames[mask].shape)).sum().backward()
    # A bias of keys adds the same to every score of a softmax, so its gradient is zero but for rounding.
    missing = [key for key, value in encoder.named_parameters() if value.requires_grad and value.grad is None]
    assert missing == []


@pytest.mark.parametrize("name", TESTED)
def test_the_seed_decides_the_weights_and_the_weights_the_frames(name: str, waves: torch.Tensor) -> None:
    first, second = build(name), build(name)
    with torch.no_grad():
        assert torch.equal(first(waves, SAMPLES)[0], second(waves, SAMPLES)[0])


@pytest.mark.parametrize("name", LAYERED)
def test_fewer_layers_are_fewer_parameters(name: str) -> None:
    sizes = [sum(p.numel() for p in build(name, layers=n).parameters()) for n in (1, 2, 3)]
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize("layers", [0, 4])
@pytest.mark.parametrize("name", LAYERED)
def test_layers_that_are_not_there_are_refused(name: str, layers: int) -> None:
    with pytest.raises(ZooError, match=f"layers={layers} cannot be: this encoder has 3 layers; choose 1 to 3"):
        build(name, layers=layers)


@pytest.mark.parametrize("name", TESTED)
def test_a_wave_beyond_the_limit_is_refused_and_not_cut(name: str) -> None:
    encoder = build(name)
    samples = int(encoder.limit_s * 16_000) + 16_000
    with pytest.raises(ZooError, match=f"this encoder takes {encoder.limit_s:g} s; cut it first"):
        encoder(torch.zeros(1, samples), torch.tensor([samples]))


@pytest.mark.parametrize(("name", "other"), [("whisper-base", "hubert-test"), ("wavlm-base", "whisper-test")])
def test_weights_of_another_family_and_folders_without_any_are_refused(name: str, other: str, tmp_path: Path) -> None:
    with pytest.raises(ZooError, match="is not a model folder"):
        build(name, weights=str(tmp_path))
    build(other).net.save_pretrained(tmp_path)
    with pytest.raises(ZooError, match=f"holds a {other.removesuffix('-test')} model, and .* is wanted here"):
        build(name, weights=str(tmp_path))


def test_every_class_has_a_tested_member() -> None:
    tested = {(encoders.entries[name].module, encoders.entries[name].attribute) for name in TESTED}
    for name, entry in encoders.entries.items():
        if not name.endswith("-nano"):
            assert (entry.module, entry.attribute) in tested, f"{name} has no -test member of its class"


def test_every_published_encoder_states_its_licence_size_and_rate() -> None:
    for name, entry in encoders.entries.items():
        if not name.endswith(("-test", "-nano")):
            assert entry.facts["licence"], name
            assert entry.facts["frame_rate_hz"] == entry.thing.frame_rate_hz, name
            assert entry.facts.get("window_s") == entry.thing.window_s, name
            assert entry.facts["parameters"] > 1_000_000, name
