import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from signals import tone

from zoo.acoustics.wave import Wave
from zoo.acoustics.whistress import BLOCK, CLASSIFIER, METADATA, WhiStress
from zoo.core.errors import ZooError

TEXT = "She said the kitten isn't here."
SIZES = {
    "d_model": 32,
    "encoder_layers": 3,
    "decoder_layers": 3,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "num_mel_bins": 16,
}


def tokenizer():
    """A byte-level tokenizer that frames its text as Whisper's English one does: start, no timestamps, text, end."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|notimestamps|>"]
    made.train_from_iterator(
        [TEXT],
        trainers.BpeTrainer(
            vocab_size=280, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
    )
    made.post_processor = processors.TemplateProcessing(
        single="<|startoftranscript|> <|notimestamps|> $A <|endoftext|>",
        special_tokens=[(word, made.token_to_id(word)) for word in special],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token=special[0], bos_token=special[1], additional_special_tokens=special[1:]
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Small random weights on disk, in the published layout."""
    from transformers import WhisperConfig, WhisperForConditionalGeneration
    from transformers.models.whisper.modeling_whisper import WhisperDecoderLayer

    torch.manual_seed(1)
    backbone, head = tmp_path_factory.mktemp("whisper"), tmp_path_factory.mktemp("whistress")
    words = tokenizer()
    sizes = WhisperConfig(**SIZES, vocab_size=len(words), pad_token_id=0, bos_token_id=1, eos_token_id=0)
    whisper = WhisperForConditionalGeneration(sizes)
    save_file(
        {name: value.clone() for name, value in whisper.state_dict().items() if name != "proj_out.weight"},
        backbone / "model.safetensors",
    )
    sizes.save_pretrained(backbone)
    words.save_pretrained(backbone)
    torch.save(WhisperDecoderLayer(sizes).state_dict(), head / BLOCK)
    scores = torch.nn.ModuleDict({"fc1": torch.nn.Linear(32, 64), "fc2": torch.nn.Linear(64, 2)})
    with torch.no_grad():
        scores["fc2"].weight.mul_(20)  # so that words differ
    torch.save(scores.state_dict(), head / CLASSIFIER)
    (head / METADATA).write_text(json.dumps({"layer_for_head": 2}))
    return head, backbone


@pytest.fixture(scope="module")
def detector(published):
    return WhiStress(*map(str, published))


def test_every_word_of_the_transcript_comes_back(detector):
    heard = detector.stress(tone(200, 1.0, 0.2, range(1, 9)), TEXT)
    assert [word.word for word in heard] == TEXT.split()
    assert all(0 <= word.probability <= 1 for word in heard)
    assert len({round(word.probability, 4) for word in heard}) > 3


def test_it_listens(detector):
    voice, noise = tone(200, 1.0), Wave(np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32))
    assert detector.stress(voice, TEXT) != detector.stress(noise, TEXT)


def test_a_gain_changes_nothing(detector):
    loud = tone(200, 1.0, 0.8, range(1, 9))
    soft = Wave(loud.samples * np.float32(0.01))
    for one, other in zip(detector.stress(loud, TEXT), detector.stress(soft, TEXT), strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-3)


def test_a_word_s_score_stands_before_it_and_later_words_do_not_matter(detector):
    wave = tone(200, 1.0, 0.2, range(1, 9))
    whole, part = detector.stress(wave, TEXT), detector.stress(wave, "She said the")
    for one, other in zip(part, whole, strict=False):
        assert one.probability == pytest.approx(other.probability, abs=1e-5)


def test_it_gives_the_numbers_of_the_published_head(published, detector):
    """The chain written out: states at the named layer, block, two linear layers, one step to the right."""
    head, _ = published
    wave = tone(200, 1.0, 0.2, range(1, 9))
    mel = detector.features(wave.samples / np.abs(wave.samples).max(), sampling_rate=16_000, return_tensors="pt")
    tokens = detector.tokenizer("She", return_tensors="pt").input_ids
    scores = torch.load(head / CLASSIFIER, weights_only=True)
    with torch.no_grad():
        out = detector.whisper(mel.input_features, decoder_input_ids=tokens, output_hidden_states=True)
        states = detector.block(out.decoder_hidden_states[2], encoder_hidden_states=out.encoder_hidden_states[2])
        states = states[0] if isinstance(states, tuple) else states
        hidden = torch.relu(states[0] @ scores["fc1.weight"].T + scores["fc1.bias"])
        share = (hidden @ scores["fc2.weight"].T + scores["fc2.bias"]).softmax(-1)[:, 1]
    (word,) = detector.stress(wave, "She")
    texts = [detector.tokenizer.decode([token]) for token in tokens[0].tolist()]
    at = [i for i, text in enumerate(texts) if text in "She" and text]
    assert word.probability == pytest.approx(max(float(share[i - 1]) for i in at), abs=1e-5)


def test_missing_and_broken_files_are_said_in_a_sentence(published, tmp_path):
    head, backbone = published
    with pytest.raises(ZooError, match=r"holds no additional_decoder_block.pt; fetch the files of slprl/WhiStress"):
        WhiStress(str(tmp_path), str(backbone))
    for name in (BLOCK, CLASSIFIER, METADATA):
        (tmp_path / name).write_bytes((head / name).read_bytes())
    (tmp_path / METADATA).write_text('{"layer_for_head": 9}')
    with pytest.raises(ZooError, match="names layer 9, and the backbone has 3"):
        WhiStress(str(tmp_path), str(backbone))
    (tmp_path / METADATA).write_text("{}")
    with pytest.raises(ZooError, match="does not say layer_for_head"):
        WhiStress(str(tmp_path), str(backbone))
    (tmp_path / METADATA).write_text('{"layer_for_head": 2}')
    torch.save({"fc1.weight": torch.zeros(2, 2)}, tmp_path / CLASSIFIER)
    with pytest.raises(ZooError, match=r"classifier.pt does not fit"):
        WhiStress(str(tmp_path), str(backbone))


class Trap:
    def __reduce__(self):
        return (print, ("a file from the network has run code",))


def test_a_file_with_code_in_it_is_not_run(published, tmp_path, capsys):
    head, backbone = published
    for name in (BLOCK, METADATA):
        (tmp_path / name).write_bytes((head / name).read_bytes())
    torch.save({"fc1.weight": Trap()}, tmp_path / CLASSIFIER)
    with pytest.raises(ZooError, match="does not fit"):
        WhiStress(str(tmp_path), str(backbone))
    assert "has run code" not in capsys.readouterr().out


def test_no_words_and_too_long_a_wave_are_refused(detector):
    with pytest.raises(ZooError, match="transcript is empty"):
        detector.stress(tone(200), "  ")
    with pytest.raises(ZooError, match="WhiStress hears 30 s"):
        detector.stress(Wave(np.zeros(31 * 16_000, np.float32)), TEXT)
