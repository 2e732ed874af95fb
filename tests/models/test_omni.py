"""Omni models as parts: joined, they give the logits of the library's own class on the same weights."""

import json
import resource
import struct

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers.utils import is_mistral_common_available

from tests.models import omni_layout, voxtral_layout
from zoo.core.errors import ZooError
from zoo.core.omni import our_name, stored_name
from zoo.core.pretrained import stored_names
from zoo.core.registry import backbones, encoders
from zoo.models.build import build_model, parts
from zoo.models.state import tensors_of
from zoo.text.prompt import Prompt

EMOTIONS = ("angry", "sad", "happy")
PROMPT = Prompt("Listen.", "Which of {emotions}?")
# 0.5 s, not a whole frame; 4.3 s, over two of the tower's chunks; a whole chunk; one sample more than that.
SAMPLES = (8_123, 69_000, 32_000, 32_001)


@pytest.fixture(scope="module")
def waves() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    # Loudest at the very end: the last frames, half of them silence, then set the floor of the spectrogram.
    return [0.1 * torch.randn(n, generator=generator) * torch.linspace(0.1, 2, n) for n in SAMPLES]


class Family:
    """A checkpoint folder, the library's own model and processor, and ours of the same folder."""

    batches = True
    says_ids = True

    def __init__(self, folder, name, own, processor, adapter):
        self.own, self.processor, self.folder = own, processor, folder
        weights = {"weights": str(folder)}
        part = {"name": name, **weights}
        self.sections = {"encoder": part, "adapter": adapter, "backbone": part}
        self.model = build_model(self.sections).eval()
        self.model.knowledge.prompt = PROMPT

    def theirs(self, waves):
        """The library's inputs: its template, its processor."""
        turns = [
            {"role": "system", "content": [{"type": "text", "text": PROMPT.system}]},
            {
                "role": "user",
                "content": [
                    {"type": "audio", "audio": "clip.wav"},
                    {"type": "text", "text": PROMPT.question.format(emotions=", ".join(EMOTIONS))},
                ],
            },
        ]
        text = self.processor.apply_chat_template([turns] * len(waves), tokenize=False, add_generation_prompt=True)
        return self.processor(text=text, audio=[wave.numpy() for wave in waves], return_tensors="pt", padding=True)

    def prompted(self, waves):
        return self.model.prompt(self.model.listen(waves), [EMOTIONS] * len(waves))

    def logits(self, waves):
        """Ours, [P, V] a wave."""
        prompted, backbone = self.prompted(waves), self.model.backbone
        hidden, _ = backbone(prompted.embeds, prompted.mask, prompted.positions)
        return [backbone.logits(row[mask]) for row, mask in zip(hidden, prompted.mask, strict=True)]

    def own_logits(self, waves):
        inputs = self.theirs(waves)
        logits = self.own(**inputs).logits
        return [row[mask.bool()] for row, mask in zip(logits, inputs["attention_mask"], strict=True)]


@pytest.fixture(scope="module")
def qwen25(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qwen2.5-omni")
    own = omni_layout.qwen_omni(folder)
    return Family(folder, "qwen2.5-omni-7b", own, omni_layout.omni_processor(folder), {"name": "identity"})


@pytest.fixture(scope="module")
def qwen2_audio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qwen2-audio")
    own = omni_layout.qwen_audio(folder)
    adapter = {"name": "linear", "weights": str(folder)}
    return Family(folder, "qwen2-audio-7b-instruct", own, omni_layout.audio_processor(folder), adapter)


@pytest.fixture(scope="module")
def qwen3(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qwen3-omni")
    own = omni_layout.qwen3_omni(folder)
    processor = omni_layout.omni_processor(folder, "Qwen3OmniMoeProcessor")
    family = Family(folder, "qwen3-omni-30b-a3b-instruct", own, processor, {"name": "identity"})
    family.batches = False  # its own feature extractor and tower give a wave other numbers beside longer ones
    return family


class VoxtralFamily(Family):
    """Its processor knows no system turn beside audio, and gives ids where `mistral-common` is installed alone."""

    def __init__(self, folder, own):
        adapter = {"name": "stack-mlp", "weights": str(folder)}
        super().__init__(folder, "voxtral-mini-3b", own, voxtral_layout.processor(folder), adapter)
        self.says_ids = is_mistral_common_available()

    def theirs(self, waves):
        question = PROMPT.question.format(emotions=", ".join(EMOTIONS))
        if self.says_ids:
            return voxtral_layout.asked(self.processor, f"{PROMPT.system}\n\n", waves, question)
        before, after = PROMPT.ids(self.model.backbone.tokenizer, EMOTIONS, self.model.backbone.around_audio)
        return voxtral_layout.by_hand(self.processor, before, waves, after)


@pytest.fixture(scope="module")
def voxtral(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voxtral")
    return VoxtralFamily(folder, voxtral_layout.voxtral(folder))


FAMILIES = ["qwen25", "qwen2_audio", "qwen3", "voxtral"]


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.getfixturevalue(request.param)


@torch.no_grad()
def test_joined_parts_give_the_own_forward_alone_and_batched(family, waves):
    batched = family.logits(waves)
    own_batched = family.own_logits(waves) if family.batches else [None] * len(waves)
    for row, wave in enumerate(waves):
        alone = family.logits([wave])[0]
        assert alone.std() > 0.1, "logits that say something"
        others = {"own, alone": family.own_logits([wave])[0], "own, batched": own_batched[row], "batched": batched[row]}
        for name, found in others.items():
            if found is not None:
                assert alone.shape == found.shape, name
                torch.testing.assert_close(
                    alone, found, atol=1e-5, rtol=0, msg=lambda text, name=name: f"{name}: {text}"
                )


@torch.no_grad()
def test_another_clip_changes_the_logits(family, waves):
    one, other = family.logits([waves[0]])[0], family.logits([waves[0].flip(0)])[0]
    assert (one - other).abs().max() > 1e-3, "a hundred times what exactness leaves"


def test_the_prompt_is_that_of_its_own_processor(family, waves):
    if not family.says_ids:
        pytest.skip("mistral-common is not installed, whose ids these are")
    before, after = PROMPT.ids(family.model.backbone.tokenizer, EMOTIONS, family.model.backbone.around_audio)
    mark = family.own.config.audio_token_id
    counts = family.model.listen(waves).token_mask.sum(1).tolist()
    for wave, count in zip(waves, counts, strict=True):
        assert family.theirs([wave])["input_ids"][0].tolist() == [*before, *[mark] * count, *after]


def test_eyes_mouth_and_voice_are_never_read(tmp_path):
    omni_layout.qwen_omni(tmp_path)
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    header = json.dumps({"talker.large": {"dtype": "F32", "shape": [1 << 30], "data_offsets": [0, 4 << 30]}})
    with (tmp_path / "mouth.safetensors").open("wb") as file:  # 4 GB that take no room on disk
        file.write(struct.pack("<Q", len(header)) + header.encode())
        file.truncate(8 + len(header) + (4 << 30))
    index["weight_map"]["talker.large"] = "mouth.safetensors"
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    part = {"name": "qwen2.5-omni-7b", "weights": str(tmp_path)}
    model = build_model({"encoder": part, "adapter": {"name": "identity"}, "backbone": part})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20  # KiB: less than a GiB more
    names = [name for name, _ in model.named_parameters()]
    assert not [name for name in names if "visual" in name or "talker" in name]
    assert all(value.isfinite().all() for value in model.parameters())


def test_the_layout_is_read_both_ways(family):
    if family.own.config.model_type == "qwen3_omni_moe_thinker":
        pytest.skip("its experts are stored one by one, and the library's own save splits them")
    kind = family.own.config.model_type.removesuffix("_thinker")
    kept = [name for name in stored_names(family.folder) if our_name(kind, name)]
    assert all(stored_name(kind, our_name(kind, name)) == name for name in kept)
    ours = {name for part, module in parts(family.model).items() for name in tensors_of(part, module)}
    # The table of two marks of Qwen2.5-Omni's tower is stored and never read; its forward does not use it.
    marks = {"encoder.net.audio_bos_eos_token.weight"}
    assert {our_name(kind, name) for name in kept} - marks == ours
    assert len(kept) == len({our_name(kind, name) for name in kept})


def test_weights_keep_the_precision_they_are_stored_in(tmp_path):
    omni_layout.qwen_omni(tmp_path, torch.bfloat16)
    backbone = backbones.build("qwen2.5-omni-7b", {"weights": str(tmp_path)})
    assert {value.dtype for value in backbone.parameters()} == {torch.bfloat16}


def test_a_checkpoint_that_lacks_a_tensor_is_refused(tmp_path):
    omni_layout.qwen_omni(tmp_path)
    path = tmp_path / "model-00001-of-00003.safetensors"
    stored = load_file(path)
    gone = {
        next(n for n in stored if "thinker.model.layers" in n),
        next(n for n in stored if "audio_tower.layers" in n),
    }
    save_file({name: value for name, value in stored.items() if name not in gone}, path)
    for registry in (encoders, backbones):
        with pytest.raises(ZooError, match=r"missing.* first"):
            registry.build("qwen2.5-omni-7b", {"weights": str(tmp_path)})


def test_a_folder_of_another_family_is_refused(tmp_path):
    backbones.build("qwen2-test").language_model.save_pretrained(tmp_path)
    for registry in (encoders, backbones):
        with pytest.raises(ZooError, match="holds a qwen2 model, and qwen2_5_omni or"):
            registry.build("qwen2.5-omni-7b", {"weights": str(tmp_path)})


def test_a_sister_with_other_words_round_the_audio_is_refused(qwen2_audio):
    for registry in (encoders, backbones):
        with pytest.raises(ZooError, match="holds a qwen2_audio model, and qwen2_5_omni or"):
            registry.build("qwen2.5-omni-7b", {"weights": str(qwen2_audio.folder)})
