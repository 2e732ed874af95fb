"""What is Voxtral's own: whole windows, silence that is heard and not pooled, and a tokenizer out of `tekken.json`."""

import json

import pytest
import soundfile
import torch
from transformers.utils import is_mistral_common_available

from tests.models import voxtral_layout
from tests.models.test_omni import EMOTIONS, PROMPT, VoxtralFamily
from zoo.backbones.causal_lm import read_tokenizer
from zoo.core.errors import ZooError
from zoo.data.lesson import Lesson
from zoo.models.build import build_model
from zoo.models.turns import Turns

WINDOW = 480_000  # samples
SAMPLES = (8_123, WINDOW, WINDOW + 1, 2 * WINDOW + 70_001)


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voxtral")
    return VoxtralFamily(folder, voxtral_layout.voxtral(folder))


@pytest.fixture(scope="module")
def waves():
    generator = torch.Generator().manual_seed(3)
    # Loudest at the end, so that the last window sets the floor of the first one's spectrogram.
    return [0.1 * torch.randn(n, generator=generator) * torch.linspace(0.01, 2, n) for n in SAMPLES]


@torch.no_grad()
def test_minutes_of_audio_give_the_own_forward_alone_and_batched(family, waves):
    batched, own_batched = family.logits(waves), family.own_logits(waves)
    for row, wave in enumerate(waves):
        alone = family.logits([wave])[0]
        for found in (batched[row], own_batched[row], family.own_logits([wave])[0]):
            torch.testing.assert_close(found, alone, atol=1e-5, rtol=0)
    assert family.model.listen(waves).token_mask.sum(1).tolist() == [375, 375, 750, 1_125]


def test_the_ids_around_the_audio_are_those_of_the_tokenizer_s_seventh_version(family):
    before, after = PROMPT.ids(family.model.backbone.tokenizer, EMOTIONS, family.model.backbone.around_audio)
    begin_of_text, begin_turn, end_turn = (voxtral_layout.MARKS.index(mark) for mark in ("<s>", "[INST]", "[/INST]"))
    tokenizer = family.model.backbone.tokenizer
    assert before[:2] == [begin_of_text, begin_turn]
    assert before[-1] == voxtral_layout.BEGIN_AUDIO
    assert tokenizer.decode(before[2:-1]) == f"{PROMPT.system}\n\n", "there is no system turn beside audio"
    assert after[-1] == end_turn
    assert tokenizer.decode(after[:-1]) == "Which of angry, sad, happy?"
    assert family.model.backbone.end_ids == (voxtral_layout.MARKS.index("</s>"),)


def test_the_tokenizer_tells_where_its_tokens_stand(family):
    text = "The voice is low, naïve, 12 Hz."
    told = family.model.backbone.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    assert len(told["input_ids"]) < len(text)
    assert told["offset_mapping"][0][0] == 0
    assert told["offset_mapping"][-1][1] == len(text)
    assert family.model.backbone.tokenizer.decode(told["input_ids"]) == text


def test_silence_is_heard_and_is_in_no_pool(family, waves):
    short, silence = waves[0], torch.zeros(20_000)
    heard = family.model.listen([short, torch.cat([short, silence])])
    torch.testing.assert_close(heard.tokens[0], heard.tokens[1])  # a window of either ends in the same silence
    begun = [-(-len(short) // 320), -(-(len(short) + len(silence)) // 320)]
    assert heard.mask.sum(1).tolist() == begun
    torch.testing.assert_close(family.model.frames([short])[1], heard.mask[:1])


def test_cues_and_habits_are_of_the_wave_and_not_of_its_window(waves):
    parts = {
        "encoder": {"name": "voxtral-test"},
        "prosody": {"name": "frame-cues", "hidden": 16},
        "adapter": {"name": "stack-mlp", "hidden": 16},
        "backbone": {"name": "voxtral-test"},
    }
    model = build_model(parts).eval()
    heard = model.listen(waves[:1])
    told = model.prosody(heard.frames, heard.mask)
    alone = model.prosody(heard.frames[:, :26], heard.mask[:, :26])
    for cue, logits in told.items():
        torch.testing.assert_close(logits, alone[cue])


def test_a_lesson_is_as_long_as_its_windows(family, waves, tmp_path):
    path = tmp_path / "half_a_minute.wav"
    soundfile.write(path, waves[2].numpy(), 16_000)
    lesson = Lesson("level", "pitch", None, (path,), "Which?", (), "", "This one.")
    before, after = Turns(family.model).around(lesson)
    assert Turns(family.model).length(lesson)[0] == len(before) + 750 + len(after)


def test_a_projector_is_read_for_its_own_neighbours_alone(family):
    weights = str(family.folder)
    part = {"name": "voxtral-mini-3b", "weights": weights}
    with pytest.raises(ZooError, match=r"do not fit: 1 of 2 tensors are missing or of another shape, 0.weight first"):
        build_model(
            {
                "encoder": {"name": "whisper-test"},
                "adapter": {"name": "stack-mlp", "weights": weights},
                "backbone": part,
            }
        )
    with pytest.raises(ZooError, match="holds a voxtral model, and qwen2_audio is wanted here"):
        build_model({"encoder": part, "adapter": {"name": "linear", "weights": weights}, "backbone": part})


@pytest.mark.skipif(is_mistral_common_available(), reason="mistral-common knows the marks of older files")
def test_a_tekken_file_of_before_the_marks_is_refused_in_one_sentence(tmp_path):
    voxtral_layout.tekken(tmp_path)
    path = tmp_path / "tekken.json"
    told = json.loads(path.read_text())
    del told["special_tokens"]
    path.write_text(json.dumps(told))
    with pytest.raises(ZooError, match=r"the tokenizer in .* does not load: .*mistral-common"):
        read_tokenizer(tmp_path)


@pytest.mark.parametrize("text", ["{", "{}", '{"config": {}}'])
def test_so_is_a_broken_one(tmp_path, text):
    (tmp_path / "tekken.json").write_text(text)
    with pytest.raises(ZooError, match=r"the tokenizer in .* does not load: "):
        read_tokenizer(tmp_path)
