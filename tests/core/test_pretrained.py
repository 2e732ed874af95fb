"""Weights come from a folder or the hub, and every failure is one sentence with the way out."""

from pathlib import Path

import huggingface_hub
import pytest
import torch
from safetensors.torch import save_file

from zoo.core.errors import ZooError
from zoo.core.hub import folder, hub_cache, is_here
from zoo.core.pretrained import fill, tensors


class GatedRepoError(Exception):
    pass


class RepositoryNotFoundError(Exception):
    pass


class HFValidationError(Exception):
    pass


READY = "fetch it where there is a network and set weights=<its local folder>"


@pytest.mark.parametrize(
    ("failure", "said", "way_out"),
    [
        (
            GatedRepoError(),
            "its licence must be accepted first",
            "accept it on https://huggingface.co/someone/something and log in with `hf auth login`, "
            "or set weights=<a local folder>",
        ),
        (
            RepositoryNotFoundError(),
            "no model of that name",
            "look the name up on https://huggingface.co/models, log in with `hf auth login` if it is private, "
            "or set weights=<a local folder>",
        ),
        (HFValidationError(), "not a hub name", "write <owner>/<model>, or a folder that is there"),
        (ConnectionError(), "no answer from the hub: ConnectionError", READY),
        (OSError(28, "No space left"), "[Errno 28] No space left", "make room for the download, "),
    ],
)
def test_every_failure_of_the_hub_is_one_sentence(
    failure: Exception, said: str, way_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> str:
        raise failure

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fails)
    with pytest.raises(ZooError) as told:
        folder("someone/something")
    start = f'"someone/something" is neither a local folder nor to be had from the hub ({said}); '
    assert str(told.value).startswith(start + way_out)
    assert "\n" not in str(told.value)


def test_the_hubs_own_errors_have_the_names_that_are_known() -> None:
    from huggingface_hub import errors

    assert {"GatedRepoError", "RepositoryNotFoundError", "HFValidationError"} <= set(dir(errors))


def test_a_hub_that_cannot_be_reached_is_said() -> None:
    with pytest.raises(ZooError, match=r"no answer from the hub: \w+\); fetch it where there is a network"):
        folder("someone/something")  # the tests are offline


def test_a_hub_name_without_safetensors_is_taken_as_its_bot_converted_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Offer:
        title, git_reference = "Adding `safetensors` variant of this model", "refs/pr/1"

    def download(hub: str, revision: str | None = None, **_: object) -> str:
        place = tmp_path / (revision or "main").replace("/", "-")
        place.mkdir(exist_ok=True)
        if revision:
            save_file({"a": torch.zeros(1)}, place / "model.safetensors")
        return str(place)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    monkeypatch.setattr(huggingface_hub.HfApi, "get_repo_discussions", lambda *_, **__: iter([Offer]))
    assert folder("someone/something").name == "refs-pr-1"
    monkeypatch.setattr(huggingface_hub.HfApi, "get_repo_discussions", lambda *_, **__: iter([]))
    with pytest.raises(ZooError, match="it has no safetensors"):
        folder("someone/something")


def test_only_wanted_tensors_are_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    stored = {
        "model.weight": torch.ones(2, 3, dtype=torch.float16),
        "model.bias": torch.zeros(2),
        "other": torch.ones(9),
    }
    save_file(stored, tmp_path / "model.safetensors")
    assert tensors(tmp_path, lambda name: None).keys() == set()
    with torch.device("meta"):
        fits, too_wide = torch.nn.Linear(3, 2), torch.nn.Linear(4, 2)
    fill(fits, tmp_path, lambda name: name.removeprefix("model."))
    assert fits.weight.dtype == torch.float32
    assert fits(torch.ones(1, 3)).tolist() == [[3.0, 3.0]]
    with pytest.raises(ZooError, match="1 of 2 tensors are missing or of another shape, weight first"):
        fill(too_wide, tmp_path, lambda name: name.removeprefix("model."))


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"never read")
    with pytest.raises(ZooError, match=r"holds no model\.safetensors"):
        tensors(tmp_path, lambda name: name)


def test_weights_in_the_hubs_cache_are_known_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert not is_here("someone/something")
    place = tmp_path / "models--someone--something" / "snapshots" / "0123"
    place.mkdir(parents=True)
    (place / "config.json").write_text("{}")
    assert not is_here("someone/something"), "a configuration alone"
    (place / "model.safetensors").symlink_to(tmp_path / "blob")
    assert not is_here("someone/something"), "a link to what was deleted"
    (tmp_path / "blob").write_bytes(b"")
    assert is_here("someone/something")


def test_the_hubs_cache_is_where_its_client_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    for name in ("HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert hub_cache() == Path.home() / ".cache" / "huggingface" / "hub"
    monkeypatch.setenv("HF_HUB_CACHE", constants.HF_HUB_CACHE)
    assert hub_cache() == Path(constants.HF_HUB_CACHE)
