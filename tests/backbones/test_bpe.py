"""The nano tokenizer: at most 2,000 entries, nothing out of vocabulary, our own tokens whole."""

import json

from zoo.backbones.bpe import ADDED, SPECIAL, VOCABULARY, nano_tokenizer, train_tokenizer


def test_the_tokenizer_in_git_has_the_models_vocabulary() -> None:
    assert 1_000 < len(nano_tokenizer()) <= VOCABULARY


def test_our_own_tokens_are_one_id_each_and_always_the_same() -> None:
    tokenizer = nano_tokenizer()
    assert tokenizer.convert_tokens_to_ids([*SPECIAL, *ADDED]) == list(range(8))
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id) == (0, 2)
    assert tokenizer("<think></answer>")["input_ids"] == [4, 7]


def test_any_text_survives_and_an_answer_keeps_its_tags() -> None:
    tokenizer = nano_tokenizer()
    text = "<think>\nDas klingt fröhlich 😀 日本, 220.5 Hz\n</think>\n<answer>happy</answer>"
    ids = tokenizer(text + "<|im_end|>")["input_ids"]
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_chatml_with_and_without_a_system_turn() -> None:
    tokenizer = nano_tokenizer()
    user = {"role": "user", "content": "Listen: <|audio|>"}
    asked = tokenizer.apply_chat_template([user], tokenize=False, add_generation_prompt=True)
    assert asked == "<|im_start|>user\nListen: <|audio|><|im_end|>\n<|im_start|>assistant\n"
    both = tokenizer.apply_chat_template([{"role": "system", "content": "Be brief."}, user], tokenize=False)
    assert both.startswith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n")


def test_training_twice_gives_the_same_tokenizer() -> None:
    texts = ["The pitch is high and the energy is low.", "She speaks slowly; he speaks fast."] * 3
    first, second = train_tokenizer(texts, 300), train_tokenizer(texts, 300)
    assert first.to_str() == second.to_str()
    assert first.get_vocab_size() == 300
    special = {token["content"]: token["special"] for token in json.loads(first.to_str())["added_tokens"]}
    assert special == {**dict.fromkeys(SPECIAL, True), **dict.fromkeys(ADDED, False)}
