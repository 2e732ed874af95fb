"""The official EmotionThinker, on a small random checkpoint in its layout on disk: its thinker, prompt and options."""

import pytest
import torch

import zoo
from tests.models import omni_layout
from zoo.core.errors import ZooError
from zoo.models.rollout import sample

NINE = ("neutral", "happy", "sad", "angry", "contempt or disgust", "confused", "whisper", "surprise", "fear")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The folder, and the library's own thinker of the same weights."""
    folder = tmp_path_factory.mktemp("EmotionThinker")
    return folder, omni_layout.qwen_omni(folder, torch.bfloat16)


@pytest.fixture(scope="module")
def model(published):
    return zoo.load("emotionthinker-7b", weights=str(published[0]))


def test_it_is_the_thinker_alone(model):
    assert type(model.encoder).__name__ == "Qwen25Omni"
    assert type(model.backbone.language_model).__name__ == "Qwen2ForCausalLM"
    assert next(model.backbone.parameters()).dtype == torch.bfloat16
    assert not model.training


def test_it_asks_in_its_own_words_for_one_of_nine_emotions(model):
    assert model.knowledge.emotions == {"emotionthinker": NINE}
    tokenizer = model.backbone.tokenizer
    before, after = model.knowledge.prompt.ids(tokenizer, NINE, model.backbone.around_audio)
    assert tokenizer.decode(before).endswith("</answer>.<|im_end|>\n<|im_start|>user\n<|audio_bos|>")
    assert tokenizer.decode(after) == (
        "<|audio_eos|><audio>What is the emotion expressed in this audio clip? Please choose one from the following "
        f"options: {', '.join(NINE)}.<|im_end|>\n<|im_start|>assistant\n"
    )


@torch.no_grad()
def test_it_answers_as_its_own_class_does(model, published):
    folder, own = published
    wave = 0.1 * torch.randn(20_000, generator=torch.Generator().manual_seed(4))
    prompted = model.prompt(model.listen([wave]), [NINE])
    hidden, _ = model.backbone(prompted.embeds, prompted.mask, prompted.positions)
    asked = model.knowledge.prompt
    turns = [
        {"role": "system", "content": [{"type": "text", "text": asked.system}]},
        {
            "role": "user",
            "content": [
                {"type": "audio", "audio": "clip.wav"},
                {"type": "text", "text": asked.question.format(emotions=", ".join(NINE))},
            ],
        },
    ]
    processor = omni_layout.omni_processor(folder)
    text = processor.apply_chat_template([turns], tokenize=False, add_generation_prompt=True)
    inputs = processor(text=text, audio=[wave.numpy()], return_tensors="pt")
    logits = own(**inputs).logits.float()
    assert logits.shape[1] == hidden.shape[1]
    # bfloat16 rounds the tower of the own class as well; ours stays in float32.
    torch.testing.assert_close(model.backbone.logits(hidden), logits, atol=0.2, rtol=0)
    assert len(sample(model.backbone, prompted, max_new_tokens=4, temperature=0.0).ids) == 1


def test_a_checkpoint_on_no_published_weights_takes_none(published):
    with pytest.raises(ZooError, match="can stand in for one; leave it out"):
        zoo.load("ear_whisper_nano", weights=str(published[0]))


def test_without_hub_the_way_out_is_said(monkeypatch):
    import huggingface_hub

    def fails(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fails)
    with pytest.raises(ZooError, match='"ddwang2000/EmotionThinker" is neither a local folder nor to be had'):
        zoo.load("emotionthinker-7b")
