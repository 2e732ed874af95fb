"""The nano family's tokenizer: byte-level BPE, made from text of the zoo's own domain.

    python recipes/nano_tokenizer.py FILE.json    # made zoo/backbones/nano_tokenizer.json, which stays as it is

Fewer than two thousand entries are enough, since a nano backbone speaks of nothing but voices, and a large vocabulary
would be most of its parameters. Byte-level (Radford et al. 2019) means that no text is out of vocabulary.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NANO_TOKENIZER = Path(__file__).with_name("nano_tokenizer.json")
VOCABULARY = 2_000
PAD, TURN, END, AUDIO = "<|pad|>", "<|im_start|>", "<|im_end|>", "<|audio|>"
SPECIAL = (PAD, TURN, END, AUDIO)  # left out when an answer is decoded
ADDED = ("<think>", "</think>", "<answer>", "</answer>")  # one token each, and kept when an answer is decoded

# ChatML, as Qwen and SmolLM write it; a system turn is not made up where the prompt has none.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def train_tokenizer(texts: Iterable[str], vocab_size: int = VOCABULARY) -> Any:
    """Train a `tokenizers.Tokenizer` of at most `vocab_size` entries; the eight tokens of our own have ids 0 to 7."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    own = [AddedToken(token, normalized=False) for token in (*SPECIAL, *ADDED)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )  # digit by digit, so that every number is spelt in one way
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=own,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    state = json.loads(tokenizer.to_str())  # the trainer makes every token of ours special; only here can it be undone
    for token in state["added_tokens"]:
        token["special"] = token["content"] in SPECIAL
    return Tokenizer.from_str(json.dumps(state))


def nano_tokenizer() -> Any:
    """The nano family's tokenizer as a `transformers` one, with its chat template."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(NANO_TOKENIZER), pad_token=PAD, eos_token=END)
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer
