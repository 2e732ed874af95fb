"""Checkpoints: save, load, save gives the same bytes; what does not fit is refused in words."""

import json
import shutil

import pytest
import torch
import yaml

import zoo
from zoo.core.checkpoint import find_checkpoint, read_checkpoint
from zoo.core.errors import ZooError
from zoo.models.build import build_model
from zoo.models.load import start_from
from zoo.models.save import save_model
from zoo.models.state import owned

KNOWN = {"prosodia": ("angry", "sad")}


@pytest.fixture
def saved(model, sections, tmp_path):
    model.knowledge.emotions = dict(KNOWN)
    for p in model.parameters():
        p.data += 0.01 * torch.randn_like(p)
    return save_model(model, tmp_path / "a", sections, {"name": "a"})


def test_save_load_save_gives_the_same_bytes(saved, sections, tmp_path):
    again = zoo.load(saved)
    save_model(again, tmp_path / "b", sections, {"name": "a"})
    for path in sorted(saved.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(saved)).read_bytes(), path.name
    assert again.knowledge.emotions == KNOWN
    assert not again.training


def test_a_loaded_model_hears_the_same(saved, model, waves):
    with torch.no_grad():
        torch.testing.assert_close(zoo.load(saved).listen(waves).tokens, model.listen(waves).tokens)


def test_half_precision_halves_the_file_and_still_loads(model, sections, tmp_path, waves):
    folder = save_model(model, tmp_path / "h", sections, {}, torch.float16)
    assert (folder / "model.safetensors").stat().st_size < 0.6 * sum(
        4 * value.numel() for value in owned(model, sections).values()
    )
    with torch.no_grad():
        torch.testing.assert_close(
            zoo.load(folder).listen(waves).tokens, model.listen(waves).tokens, atol=0.01, rtol=0.01
        )


def test_a_base_without_lora_starts_a_policy_with_one(sections, tmp_path, waves):
    plain = {**sections, "backbone": {"name": "qwen3-test"}}
    base = build_model(plain).eval()
    folder = save_model(base, tmp_path / "base", plain, {})
    policy = start_from(folder, sections).eval()
    with torch.no_grad():
        one, other = (m.backbone.logits(m.listen(waves).tokens) for m in (base, policy))
    torch.testing.assert_close(one, other)
    assert all(".lora_" in name for name, p in policy.backbone.named_parameters() if p.requires_grad)


@pytest.mark.parametrize(
    ("part", "change", "says"),
    [
        ("encoder", {"name": "wavlm-test"}, "encoder whisper-test, this recipe has wavlm-test"),
        ("backbone", {"name": "llama-test"}, "backbone qwen3-test, this recipe has llama-test"),
        ("adapter", {"stride": 2}, r"adapter conv-mlp \(stride: 4\), this recipe has conv-mlp \(stride: 2\)"),
        ("encoder", {"layers": 2}, "encoder whisper-test"),
        ("prosody", {"tokens": False}, r"prosody frame-cues \(tokens: True\)"),
    ],
)
def test_a_base_that_does_not_fit_is_refused_in_words(saved, sections, part, change, says):
    sections[part] = {**sections[part], **change}
    with pytest.raises(ZooError, match="was trained with " + says):
        start_from(saved, sections)


def test_an_ear_starts_a_base_whatever_its_head_will_tell_the_adapter(sections, tmp_path):
    ear = {part: sections[part] for part in ("encoder", "prosody")}
    heard = build_model(ear)
    folder = save_model(heard, tmp_path / "ear", ear, {})
    sections["prosody"] = ear["prosody"] | {"tokens": False}
    kept = start_from(folder, sections).prosody.state_dict()
    assert all(torch.equal(kept[name], tensor) for name, tensor in heard.prosody.state_dict().items())


@pytest.mark.parametrize("keep", [False, True])
def test_a_kept_encoder_needs_its_published_folder_no_more(sections, tmp_path, waves, keep):
    published = tmp_path / "published"
    build_model({"encoder": {"name": "whisper-test"}}).encoder.net.save_pretrained(published)
    sections["encoder"] = {"name": "whisper-base", "weights": str(published), "layers": 1, "frozen": True, "keep": keep}
    model = build_model(sections).eval()
    folder = save_model(model, tmp_path / "saved", sections, {})
    published.rename(tmp_path / "elsewhere")
    if not keep:
        with pytest.raises(ZooError, match="published"):
            zoo.load(folder)
        return
    with torch.no_grad():
        torch.testing.assert_close(zoo.load(folder).listen(waves).tokens, model.listen(waves).tokens)


def test_missing_and_surplus_tensors_are_refused(saved):
    from safetensors.torch import load_file, save_file

    path = saved / "model.safetensors"
    tensors = load_file(path)
    name = next(name for name in tensors if name.startswith("adapter."))
    save_file({key: value for key, value in tensors.items() if key != name}, path)
    with pytest.raises(
        ZooError, match=rf"its adapter \(conv-mlp\) does not fit this recipe's, 1 tensors differ, {name}"
    ):
        zoo.load(saved)
    save_file({**tensors, "adapter.more": torch.zeros(1)}, path)
    with pytest.raises(ZooError, match=r"adapter.more first"):
        zoo.load(saved)


@pytest.mark.parametrize("name", ["recipe.yaml", "model.safetensors", "knowledge.json", "card.yaml"])
def test_a_damaged_file_is_one_sentence(saved, name):
    (saved / name).write_bytes(b"\x80\x02: [")
    with pytest.raises(ZooError, match="damaged"):
        zoo.load(saved)


def test_a_checkpoint_that_is_not_there():
    with pytest.raises(ZooError, match=r"there is no checkpoint nowhere; `python -m zoo.ls checkpoints`"):
        zoo.load("nowhere")


def test_a_trained_encoder_stands_in_for_published_weights(tmp_path, waves):
    sections = {"encoder": {"name": "whisper-test", "layers": 2}}
    ear = build_model(sections).eval()
    folder = save_model(ear, tmp_path / "ear", sections, {})
    shipped = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert shipped["encoder_layers"] == 3
    again = build_model({"encoder": {"name": "whisper-test", "layers": 2, "weights": str(folder)}}).eval()
    with torch.no_grad():
        torch.testing.assert_close(again.frames(waves)[0], ear.frames(waves)[0])
    with pytest.raises(ZooError):  # it holds two layers, whatever its configuration says of the whole
        build_model({"encoder": {"name": "whisper-test", "weights": str(folder)}})


def test_frozen_published_weights_are_named_and_not_copied(sections, tmp_path):
    ear = build_model({"encoder": sections["encoder"]})
    folder = save_model(ear, tmp_path / "ear", {"encoder": sections["encoder"]}, {})
    sections["encoder"]["weights"] = str(folder)
    for model in (build_model(sections), start_from(folder, sections)):
        names = owned(model, sections)
        assert not [name for name in names if name.startswith("encoder.")]
        assert [name for name in names if name.startswith("backbone.")]


def test_a_base_is_not_put_on_another_ear(sections, tmp_path):
    ear = {"encoder": sections["encoder"]}
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    save_model(build_model(ear), one, ear, {})
    shutil.copytree(one, same)
    changed = build_model(ear)
    changed.encoder.net.conv1.weight.data += 1
    save_model(changed, other, ear, {})

    def on(weights):
        return {**sections, "encoder": {**sections["encoder"], "weights": str(weights)}}

    base = save_model(build_model(on(one)), tmp_path / "base", on(one), {})
    start_from(base, on(same))  # a copy of the folder, wherever it lies
    start_from(base, on(one))
    with pytest.raises(ZooError, match=f"encoder weights {one}, this recipe has {other}.*encoder.weights={one}"):
        start_from(base, on(other))


def test_an_encoder_trained_together_with_its_llm_stays_with_it(sections, tmp_path, waves):
    """A base whose encoder was trained hands it on, though the recipe that starts from it names the published one."""
    ear = {"encoder": sections["encoder"]}
    published = save_model(build_model(ear), tmp_path / "ear", ear, {})
    sections["encoder"] = {**sections["encoder"], "weights": str(published)}
    base = build_model(sections).eval()
    with torch.no_grad():
        base.encoder.net.conv1.weight += 1
    base.loaded = {"encoder.net.conv1.weight"}
    folder = save_model(base, tmp_path / "base", sections, {})
    again = start_from(folder, sections).eval()
    with torch.no_grad():
        torch.testing.assert_close(again.frames(waves)[0], base.frames(waves)[0])
    assert [name for name in owned(again, sections) if name.startswith("encoder.")]


def test_shipped_checkpoints_are_found_by_the_start_of_their_name(tmp_path, monkeypatch):
    folder = tmp_path / "checkpoints" / "one.two"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text(yaml.safe_dump({}), encoding="utf-8")
    (folder / "knowledge.json").write_text(json.dumps({}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert find_checkpoint("one") == find_checkpoint("one.two")
    assert find_checkpoint("on") is None


def test_an_encoder_trained_from_published_weights_is_kept_whole_and_needs_them_no_more(tmp_path, waves):
    first = {"encoder": {"name": "whisper-test", "layers": 2}}
    published = save_model(build_model(first), tmp_path / "published", first, {})
    second = {"encoder": {"name": "whisper-test", "layers": 2, "weights": str(published)}}
    ear = build_model(second).eval()
    with torch.no_grad():
        ear.encoder.net.conv1.weight += 1
    folder = save_model(ear, tmp_path / "ear", second, {})
    (published / "model.safetensors").unlink()
    with torch.no_grad():
        torch.testing.assert_close(zoo.load(folder).frames(waves)[0], ear.frames(waves)[0])


def test_a_checkpoint_older_than_an_option_is_taken_to_have_had_its_default(tmp_path, sections):
    folder = save_model(build_model(sections), tmp_path / "old", sections, {})
    young = {**sections, "adapter": {**sections["adapter"], "stride": 4}}
    old = {**sections, "adapter": {key: value for key, value in sections["adapter"].items() if key != "stride"}}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(old), encoding="utf-8")
    start_from(folder, young)
    with pytest.raises(ZooError, match=r"stride: 4.*stride: 2"):
        start_from(folder, {**young, "adapter": {**young["adapter"], "stride": 2}})


@pytest.fixture
def difference(sections, tmp_path):
    """A base, a policy trained from it by a LoRA, and the policy's checkpoint that holds only what differs."""
    plain = {**sections, "backbone": {"name": "qwen3-test"}}
    base = save_model(build_model(plain), tmp_path / "base", plain, {}, torch.float16)
    policy = start_from(base, sections)
    for name, p in policy.named_parameters():
        p.data += 0.1 * torch.randn_like(p) * (".lora_" in name)
    return base, policy.eval(), save_model(policy, tmp_path / "policy", sections, {}, torch.float16, base=base)


def test_a_difference_holds_the_lora_alone_and_loads_with_its_base(difference, sections, tmp_path, waves):
    base, policy, folder = difference
    names = set(read_checkpoint(folder)._own_tensors())
    assert names
    assert all(".lora_" in name for name in names)
    assert not (folder / "tokenizer").exists()
    whole = save_model(policy, tmp_path / "whole", sections, {}, torch.float16)
    with torch.no_grad():
        one, other = (m.backbone.logits(m.listen(waves).tokens) for m in (zoo.load(folder), zoo.load(whole)))
    assert torch.equal(one, other)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in (base, folder):  # side by side in another place, as they are shipped
        path.rename(moved / path.name)
    with torch.no_grad():
        again = zoo.load(moved / folder.name)
        assert torch.equal(again.backbone.logits(again.listen(waves).tokens), one)


def test_a_difference_to_other_weights_is_refused(difference, sections):
    base, _, folder = difference
    plain = {**sections, "backbone": {"name": "qwen3-test"}}
    save_model(build_model(plain), base, plain, {}, torch.float16)
    with pytest.raises(ZooError, match="others than when it was trained"):
        zoo.load(folder)


def test_a_difference_to_a_difference_is_refused(difference, sections, tmp_path):
    _, policy, folder = difference
    with pytest.raises(ZooError, match="train that one with"):
        zoo.load(save_model(policy, tmp_path / "second", sections, {}, torch.float16, base=folder))


def test_a_difference_that_stands_on_itself_ends(difference):
    folder = difference[2]
    card = yaml.safe_load((folder / "card.yaml").read_text())
    card["stands_on"] = {"checkpoint": str(folder), "sha256": read_checkpoint(folder).digest()}
    (folder / "card.yaml").write_text(yaml.safe_dump(card))
    with pytest.raises(ZooError, match="is a difference to another checkpoint"):
        zoo.load(folder)
