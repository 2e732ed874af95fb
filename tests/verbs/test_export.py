"""Export: what plain `transformers` and `peft` load from the folder gives the zoo's own numbers."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoFeatureExtractor, AutoModel, AutoModelForCausalLM, AutoTokenizer
from transformers.models.qwen2_5_omni.modeling_qwen2_5_omni import Qwen2_5OmniAudioEncoder
from transformers.models.whisper.modeling_whisper import WhisperEncoder

import zoo
from tests.models import omni_layout, voxtral_layout
from tests.models.test_omni import Family, VoxtralFamily
from zoo.core.console import plain
from zoo.core.errors import ZooError
from zoo.core.pretrained import stored_names, tensors
from zoo.export import main
from zoo.models.build import build_model
from zoo.models.load import start_from
from zoo.models.save import save_model

EXACT = {"atol": 1e-5, "rtol": 1e-5}
SECTIONS = {
    "encoder": {"name": "whisper-test", "layers": 2},
    "prosody": {"name": "frame-cues", "tokens": True, "hidden": 16},
    "adapter": {"name": "conv-mlp", "stride": 4, "hidden": 32},
    "backbone": {"name": "qwen3-test"},
}
LORA = {**SECTIONS, "backbone": {"name": "qwen3-test", "lora": {"rank": 4, "alpha": 8}}}


def shaken(model):
    for p in model.parameters():
        p.data += 0.05 * torch.randn_like(p)
    return model.eval()


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A checkpoint that was trained whole."""
    return save_model(shaken(build_model(SECTIONS)), tmp_path_factory.mktemp("base") / "base", SECTIONS, {"name": "b"})


@pytest.fixture(scope="module")
def policy(base, tmp_path_factory):
    """A checkpoint with a LoRA that came from the base."""
    model = start_from(base, LORA)
    for name, p in model.backbone.named_parameters():
        if ".lora_" in name:
            p.data += 0.2 * torch.randn_like(p)
    return save_model(model, tmp_path_factory.mktemp("policy") / "policy", LORA, {"name": "p"})


@pytest.fixture(scope="module")
def exported(policy, tmp_path_factory):
    dest = tmp_path_factory.mktemp("out") / "deep" / "policy"
    facts = main([str(policy), str(dest)])
    json.dumps(plain(facts))
    return dest


def logits_of(folder, model):
    """The zoo's logits of a spliced prompt, and those of the exported backbone on the same embeddings."""
    prompted = model.prompt(model.listen([torch.randn(9_000), torch.randn(16_000)]), [("sad", "calm"), ("sad",)])
    plain_model = AutoModelForCausalLM.from_pretrained(folder)
    assert plain_model.dtype == torch.float32
    with torch.no_grad():
        hidden, _ = model.backbone(prompted.embeds, prompted.mask, prompted.positions)
        theirs = plain_model(
            inputs_embeds=prompted.embeds, attention_mask=prompted.mask.long(), position_ids=prompted.positions
        ).logits
    return model.backbone.logits(hidden)[prompted.mask], theirs[prompted.mask]


@pytest.mark.parametrize("name", ["qwen3-test", "llama-test", "gemma3-test"])
@pytest.mark.parametrize("lora", [None, {"rank": 4}])
def test_plain_transformers_gives_the_same_logits(tmp_path, name, lora):
    sections = {**SECTIONS, "backbone": {"name": name, "lora": lora}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    main([str(folder), str(tmp_path / "out")])
    ours, theirs = logits_of(tmp_path / "out" / "backbone", zoo.load(folder))
    torch.testing.assert_close(ours, theirs, **EXACT)


def test_a_lora_from_a_checkpoint_is_merged_and_leaves_no_trace(exported, policy, base):
    ours, theirs = logits_of(exported / "backbone", zoo.load(policy))
    torch.testing.assert_close(ours, theirs, **EXACT)
    without, _ = logits_of(exported / "backbone", zoo.load(base))
    assert (without - ours).abs().max() > 0.1  # the LoRA says something
    assert not [name for name in load_file(exported / "backbone" / "model.safetensors") if "lora" in name]


def test_the_tokenizer_and_the_end_of_an_answer_go_along(exported, policy):
    model = zoo.load(policy)
    tokenizer = AutoTokenizer.from_pretrained(exported / "backbone")
    turn = [{"role": "user", "content": "Which emotion?"}]
    both = [
        t.apply_chat_template(turn, add_generation_prompt=True, tokenize=False)
        for t in (tokenizer, model.backbone.tokenizer)
    ]
    assert both[0] == both[1]
    assert tokenizer.encode(both[0]) == model.backbone.tokenizer.encode(both[0])
    ends = AutoModelForCausalLM.from_pretrained(exported / "backbone").generation_config.eos_token_id
    assert ends == list(model.backbone.end_ids)


def test_the_adapter_alone_stands_on_the_exported_base(base, policy, tmp_path):
    from peft import PeftModel

    main([str(base), str(tmp_path / "base")])
    main([str(policy), str(tmp_path / "lora"), "--adapter-only"])
    assert sorted(path.name for path in (tmp_path / "lora").iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    model = zoo.load(policy)
    prompted = model.prompt(model.listen([torch.randn(9_000)]), [("sad",)])
    joined = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(tmp_path / "base" / "backbone"), tmp_path / "lora"
    )
    with torch.no_grad():
        hidden, _ = model.backbone(prompted.embeds, prompted.mask, prompted.positions)
        torch.testing.assert_close(model.backbone.logits(hidden), joined(inputs_embeds=prompted.embeds).logits, **EXACT)


@pytest.mark.parametrize("layers", [None, 2])
@pytest.mark.parametrize("mix", [False, True])
def test_whispers_class_gives_the_same_frames_on_a_whole_window(tmp_path, layers, mix):
    sections = {"encoder": {"name": "whisper-test", "layers": layers, "mix": mix}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    facts = main([str(folder), str(tmp_path / "out")])["encoder"]
    assert facts["frames"] == ("hidden_states[-1]" if layers else "last_hidden_state")
    wave = 0.1 * torch.randn(30 * 16_000)
    extract = AutoFeatureExtractor.from_pretrained(tmp_path / "out" / "encoder")
    net = WhisperEncoder.from_pretrained(tmp_path / "out" / "encoder").eval()
    mels = extract(wave.numpy(), sampling_rate=16_000, return_tensors="pt").input_features
    with torch.no_grad():
        theirs = frames_of(net(mels, output_hidden_states=True), facts, tmp_path / "out")
        ours = zoo.load(folder).frames([wave])[0]
    torch.testing.assert_close(ours, theirs, atol=2e-4, rtol=1e-4)  # the mel filters are computed twice, in numpy too


def frames_of(told, facts, folder):
    """The frames as the facts say they are found."""
    last = told.hidden_states[-1] if facts["frames"] == "hidden_states[-1]" else told.last_hidden_state
    if not facts["mixed_by"]:
        return last
    shares = load_file(folder / "parts.safetensors")[facts["mixed_by"]].softmax(0)
    return sum(share * state for share, state in zip(shares, [*told.hidden_states[:-1], last], strict=True))


@pytest.mark.parametrize("name", ["wav2vec2-test", "hubert-test", "wavlm-test"])
@pytest.mark.parametrize(("layers", "mix"), [(None, False), (2, False), (2, True), (None, True)])
def test_self_supervised_classes_give_the_same_frames(tmp_path, name, layers, mix):
    sections = {"encoder": {"name": name, "layers": layers, "mix": mix}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    facts = main([str(folder), str(tmp_path / "out")])["encoder"]
    wave = 0.1 * torch.randn(16_000)
    extract = AutoFeatureExtractor.from_pretrained(tmp_path / "out" / "encoder")
    net = AutoModel.from_pretrained(tmp_path / "out" / "encoder").eval()
    values = extract(wave.numpy(), sampling_rate=16_000, return_tensors="pt").input_values
    with torch.no_grad():
        theirs = frames_of(net(values, output_hidden_states=True), facts, tmp_path / "out")
        ours = zoo.load(folder).frames([wave])[0]
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("lora", [None, {"rank": 4}])
def test_a_joined_omni_model_goes_back_into_its_own_layout(tmp_path, lora):
    from transformers import Qwen2_5OmniThinkerForConditionalGeneration as Thinker

    source = tmp_path / "source"
    source.mkdir()
    omni_layout.qwen_omni(source)
    part = {"name": "qwen2.5-omni-7b", "weights": str(source)}
    sections = {"encoder": part, "adapter": {"name": "identity"}, "backbone": {**part, "lora": lora}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    facts = main([str(folder), str(tmp_path / "out")])
    whole = tmp_path / "out" / "model"
    assert not (tmp_path / "out" / "backbone").exists()
    assert facts["model"]["class"] == Thinker.__name__
    assert stored_names(whole) == stored_names(source)
    eyes = next(name for name in stored_names(source) if "visual" in name)
    assert torch.equal(tensors(whole, str)[eyes], tensors(source, str)[eyes])

    model, theirs = zoo.load(folder), Thinker.from_pretrained(whole).eval()
    wave = 0.1 * torch.randn(20_000)
    family = Family(source, part["name"], theirs, omni_layout.omni_processor(source), {"name": "identity"})
    model.knowledge.prompt = family.model.knowledge.prompt
    own, family.model = family.model, model
    with torch.no_grad():
        torch.testing.assert_close(family.logits([wave])[0], family.own_logits([wave])[0], **EXACT)
        family.model = own
        assert (family.logits([wave])[0] - family.own_logits([wave])[0]).abs().max() > 0.1, "it was trained"


def test_qwen2_audio_with_its_projector_too(tmp_path):
    from transformers import Qwen2AudioForConditionalGeneration

    source = tmp_path / "source"
    source.mkdir()
    omni_layout.qwen_audio(source)
    part = {"name": "qwen2-audio-7b-instruct", "weights": str(source)}
    sections = {"encoder": part, "adapter": {"name": "linear", "weights": str(source)}, "backbone": part}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    main([str(folder), str(tmp_path / "out")])
    theirs = Qwen2AudioForConditionalGeneration.from_pretrained(tmp_path / "out" / "model").eval()
    family = Family(source, part["name"], theirs, omni_layout.audio_processor(source), sections["adapter"])
    prompt, family.model = family.model.knowledge.prompt, zoo.load(folder)
    family.model.knowledge.prompt = prompt
    wave = 0.1 * torch.randn(20_000)
    with torch.no_grad():
        torch.testing.assert_close(family.logits([wave])[0], family.own_logits([wave])[0], **EXACT)


def test_voxtral_with_its_projector_and_without_the_second_copy_of_its_weights(tmp_path):
    from transformers import VoxtralForConditionalGeneration

    source = tmp_path / "source"
    source.mkdir()
    voxtral_layout.voxtral(source)
    part = {"name": "voxtral-mini-3b", "weights": str(source)}
    adapter = {"name": "stack-mlp", "weights": str(source)}
    sections = {"encoder": part, "adapter": adapter, "backbone": {**part, "lora": {"rank": 4}}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    facts = main([str(folder), str(tmp_path / "out")])
    whole = tmp_path / "out" / "model"
    assert stored_names(whole) == stored_names(source)
    assert facts["model"]["replaced"] == len(stored_names(source))
    assert {path.name for path in source.iterdir()} - {path.name for path in whole.iterdir()} == {
        "consolidated.safetensors"
    }
    family = VoxtralFamily(source, VoxtralForConditionalGeneration.from_pretrained(whole).eval())
    prompt, family.model = family.model.knowledge.prompt, zoo.load(folder)
    family.model.knowledge.prompt = prompt
    wave = 0.1 * torch.randn(20_000)
    with torch.no_grad():
        torch.testing.assert_close(family.logits([wave])[0], family.own_logits([wave])[0], **EXACT)


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (omni_layout.qwen_omni, "qwen2.5-omni-7b"),
        (omni_layout.qwen_audio, "qwen2-audio-7b-instruct"),
        (omni_layout.qwen3_omni, "qwen3-omni-30b-a3b-instruct"),
        (voxtral_layout.voxtral, "voxtral-mini-3b"),
    ],
)
def test_an_omni_llm_behind_another_ear_is_exported_as_a_model_of_its_own(tmp_path, write, name):
    source = tmp_path / "source"
    source.mkdir()
    write(source)
    sections = {**SECTIONS, "backbone": {"name": name, "weights": str(source)}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    main([str(folder), str(tmp_path / "out")])
    model = zoo.load(folder)
    ours, theirs = logits_of(tmp_path / "out" / "backbone", model)
    torch.testing.assert_close(ours, theirs, **EXACT)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out" / "backbone", mistral_format=False)
    turn = [{"role": "user", "content": "Which emotion?"}]
    theirs, ours = (each.apply_chat_template(turn, return_dict=False) for each in (tokenizer, model.backbone.tokenizer))
    assert theirs == ours


def test_an_omni_ear_before_another_llm_is_exported_in_parts(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    omni_layout.qwen_omni(source)
    sections = {**SECTIONS, "encoder": {"name": "qwen2.5-omni-7b", "weights": str(source)}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    facts = main([str(folder), str(tmp_path / "out")])
    assert "model" not in facts
    net = Qwen2_5OmniAudioEncoder.from_pretrained(tmp_path / "out" / "encoder")
    ours = zoo.load(folder).encoder.net.state_dict()
    assert all(torch.equal(value, ours[name]) for name, value in net.state_dict().items() if name in ours)
    assert facts["encoder"]["frames"] == "last_hidden_state"


def test_voxtral_s_ear_before_another_llm_gives_the_same_frames_by_its_own_class(tmp_path):
    from transformers.models.voxtral.modeling_voxtral import VoxtralEncoder

    source = tmp_path / "source"
    source.mkdir()
    voxtral_layout.voxtral(source)
    sections = {**SECTIONS, "encoder": {"name": "voxtral-mini-3b", "weights": str(source)}}
    folder = save_model(shaken(build_model(sections)), tmp_path / "a", sections, {})
    facts = main([str(folder), str(tmp_path / "out")])
    assert facts["encoder"]["fixed_window_s"] == 30
    assert "the frames of that silence go to the adapter too" in (tmp_path / "out" / "README.md").read_text()
    wave = 0.1 * torch.randn(20_000)
    extract = AutoFeatureExtractor.from_pretrained(tmp_path / "out" / "encoder")
    mels = extract(wave.numpy(), sampling_rate=16_000, return_tensors="pt", padding="max_length").input_features
    model, net = zoo.load(folder), VoxtralEncoder.from_pretrained(tmp_path / "out" / "encoder").eval()
    with torch.no_grad():
        theirs = net(mels).last_hidden_state
        torch.testing.assert_close(model.frames([wave])[0], theirs, **EXACT)


def test_our_own_parts_lie_beside_with_their_facts(exported, policy):
    facts = json.loads((exported / "parts.json").read_text(encoding="utf-8"))
    tensors = load_file(exported / "parts.safetensors")
    assert {name: list(value.shape) for name, value in tensors.items()} == facts["tensors"]
    model = zoo.load(policy)
    for part, module in (("adapter", model.adapter), ("prosody", model.prosody)):
        module.load_state_dict({n.removeprefix(part + "."): v for n, v in tensors.items() if n.startswith(part + ".")})
    words = (exported / "README.md").read_text(encoding="utf-8")
    assert "hidden_states[-1]" in words
    assert "Cue tokens" in words


def test_a_folder_that_is_there_is_left_alone(policy, tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(ZooError, match="taken is there already and nothing is overwritten"):
        main([str(policy), str(tmp_path / "taken")])
    (tmp_path / "file").write_text("")
    with pytest.raises(ZooError, match="cannot be written"):
        main([str(policy), str(tmp_path / "file" / "out")])


def test_a_full_disk_is_said_before_anything_is_written(policy, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    with pytest.raises(ZooError, match=r"needs 0\.\d MB and .* has 0\.0 MB free; make room or give another disk"):
        main([str(policy), str(tmp_path / "out")])
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_of_an_export_that_broke_off(policy, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zoo.models.export.readme", full)
    with pytest.raises(ZooError, match="No space left on device"):
        main([str(policy), str(tmp_path / "out")])
    assert not list(tmp_path.iterdir())


def test_no_lora_no_adapter_alone(base, tmp_path):
    with pytest.raises(ZooError, match="has no LoRA, its backbone was trained whole"):
        main([str(base), str(tmp_path / "out"), "--adapter-only"])
    assert not list(tmp_path.iterdir())


def test_the_verb_as_it_is_typed(place, fitted):
    found = place.json("zoo.export", fitted["checkpoint"], "out")
    assert "backbone/model.safetensors" in found["files"]
    done = place.run("zoo.export", fitted["checkpoint"], "out")
    assert done.returncode == 2
    assert done.stderr == "out is there already and nothing is overwritten; give a folder that is not\n"
    assert place.run("zoo.export", "nowhere", "other").returncode == 2
