"""Random language models of a published make, at the sizes of the nano family and of the tests."""

from typing import Any

import torch

from zoo.backbones.bpe import VOCABULARY

NANO_SIZES = {
    "hidden_size": 256,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "intermediate_size": 768,
}
TEST_SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "intermediate_size": 64,
}
SIZES = {"nano": NANO_SIZES, "test": TEST_SIZES}
NANO_CONTEXT = 4_096  # tokens; a minute of audio is 750 at 12.5 tokens/s


def random_lm(architecture: str, size: str, tokenizer: Any, dtype: Any) -> Any:
    """A random language model of one of the sizes above, its output layer tied to its embeddings."""
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model(
        architecture,
        **SIZES[size],
        vocab_size=VOCABULARY,
        max_position_embeddings=NANO_CONTEXT,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    precise = torch.float32 if dtype == "auto" else dtype
    return AutoModelForCausalLM.from_config(config, dtype=precise, attn_implementation="sdpa")
