"""Causal language models of the `transformers` library: published ones, and small random ones of the same make."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from zoo.backbones.backbone import Backbone
from zoo.backbones.bpe import VOCABULARY, nano_tokenizer
from zoo.backbones.lora import Lora, put_in
from zoo.core.errors import ZooError, did_you_mean
from zoo.core.pretrained import configuration, folder
from zoo.core.registry import backbones

DTYPES = {"auto": "auto", "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
CHAT_ENDS = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>", "<end_of_turn>")

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


@backbones.offer("causal-lm", licence="that of the weights")
@backbones.offer(
    "smollm2-135m-instruct",
    hub="HuggingFaceTB/SmolLM2-135M-Instruct",
    licence="Apache-2.0",
    parameters=134_515_008,
)
@backbones.offer(
    "smollm2-360m-instruct",
    hub="HuggingFaceTB/SmolLM2-360M-Instruct",
    licence="Apache-2.0",
    parameters=361_821_120,
)
@backbones.offer(
    "qwen2.5-0.5b-instruct", hub="Qwen/Qwen2.5-0.5B-Instruct", licence="Apache-2.0", parameters=494_032_768
)
@backbones.offer(
    "qwen2.5-1.5b-instruct", hub="Qwen/Qwen2.5-1.5B-Instruct", licence="Apache-2.0", parameters=1_543_714_304
)
@backbones.offer("qwen3-0.6b", hub="Qwen/Qwen3-0.6B", licence="Apache-2.0", parameters=596_049_920)
@backbones.offer(
    "llama-3.2-1b-instruct",
    hub="meta-llama/Llama-3.2-1B-Instruct",
    licence="Llama 3.2 Community License",
    parameters=1_235_814_400,
)
@backbones.offer("qwen3-nano", architecture="qwen3", size="nano", parameters=5_234_688)
@backbones.offer("llama-nano", architecture="llama", size="nano", parameters=5_233_920)
@backbones.offer("qwen3-test", architecture="qwen3", size="test")
@backbones.offer("llama-test", architecture="llama", size="test")
@backbones.offer("qwen2-test", architecture="qwen2", size="test")
@backbones.offer("smollm3-test", architecture="smollm3", size="test")
@backbones.offer("phi3-test", architecture="phi3", size="test")
@backbones.offer("mistral-test", architecture="mistral", size="test")
@backbones.offer("gemma3-test", architecture="gemma3_text", size="test")
class CausalLm(Backbone):
    """A causal language model and its tokenizer, with or without a LoRA."""

    def __init__(
        self,
        weights: str | None = None,
        lora: Lora | None = None,
        dtype: str = "auto",
        checkpointing: bool = False,
        *,
        hub: str | None = None,
        architecture: str | None = None,
        size: str = "nano",
        tokenizer: Path | None = None,
    ) -> None:
        """Load a published model, or make a random one.

        Args:
            weights: a local folder or hub name to load instead of the registered one.
            lora: the LoRA to put in; a mapping of its fields will do. With it, nothing else of the backbone is trained.
            dtype: "float32", "bfloat16", "float16", or "auto": the dtype the weights were published in.
            checkpointing: compute the blocks again in the backward pass; a third more work, far less memory.
            hub: the registered hub name.
            architecture: `model_type` of a random model; used if neither `weights` nor `hub` is given.
            size: "nano" or "test", the sizes of a random model.
            tokenizer: the tokenizer folder of a checkpoint, which a random model takes instead of the nano tokenizer.
        """
        super().__init__()
        if dtype not in DTYPES:
            raise ZooError(f'there is no dtype "{dtype}"{did_you_mean(dtype, DTYPES)}')
        source = weights or hub
        if source:
            self.language_model, self.tokenizer = self.read(source, DTYPES[dtype])
        elif architecture:
            self.tokenizer = read_tokenizer(tokenizer) if tokenizer else nano_tokenizer()
            self.language_model = _random(architecture, size, self.tokenizer, DTYPES[dtype])
        else:
            raise ZooError('backbone "causal-lm" needs weights=<a local folder or hub name>')
        if lora is not None:
            put_in(self.language_model, Lora(**lora) if isinstance(lora, Mapping) else lora)
        self.checkpointing = checkpointing
        if checkpointing:
            self.language_model.gradient_checkpointing_enable({"use_reentrant": False})
        self.dim = self.language_model.config.hidden_size
        self.pad_id = self.tokenizer.pad_token_id
        self.end_ids = _end_ids(self.language_model, self.tokenizer)

    def read(self, source: str, dtype: Any) -> tuple[Any, Any]:
        """The language model and tokenizer of a folder or hub name; safetensors only, and no code from the hub."""
        configuration(source)  # says in words that a folder holds no model
        place = folder(source)
        return load(place, dtype), read_tokenizer(place)


def load(place: Path, dtype: Any, **more: Any) -> Any:
    """The language model in a folder; `more` is for the library's loader. A `ZooError` if a tensor is not there."""
    from transformers import AutoModelForCausalLM

    try:
        model, found = AutoModelForCausalLM.from_pretrained(
            place, dtype=dtype, use_safetensors=True, attn_implementation="sdpa", output_loading_info=True, **more
        )
    except (OSError, ValueError) as error:
        raise ZooError(f"{place} does not load as a causal language model: {str(error).splitlines()[0]}") from None
    if found["missing_keys"]:
        raise ZooError(
            f"the weights in {place} are not whole: {len(found['missing_keys'])} tensors are missing, "
            f"{min(found['missing_keys'])} first; fetch them again"
        )
    return model


def read_tokenizer(place: Path) -> Any:
    """The tokenizer in a folder, with a pad token."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(place)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token  # any will do: padding is masked
    return tokenizer


def _random(architecture: str, size: str, tokenizer: Any, dtype: Any) -> Any:
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


def _end_ids(model: Any, tokenizer: Any) -> tuple[int, ...]:
    """What ends an answer: the generation config's ids, the tokenizer's, and what ends a turn of the chat template."""
    named = model.generation_config.eos_token_id
    ids = {*(named if isinstance(named, list | tuple) else [named]), tokenizer.eos_token_id}
    template, added = str(tokenizer.chat_template), tokenizer.get_added_vocab()
    ids |= {added[token] for token in CHAT_ENDS if token in added and token in template}
    return tuple(sorted(ids - {None}))
