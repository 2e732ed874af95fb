"""Causal language models of the `transformers` library, by any hub name or folder; families name theirs in own files.

Small random models of the same make stand for them in tests, and at nano size learn on a CPU.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from zoo.backbones.backbone import Backbone
from zoo.backbones.bpe import nano_tokenizer
from zoo.backbones.chat import end_of_turn
from zoo.backbones.keeping_less import keep_less
from zoo.backbones.lora import Lora, put_in
from zoo.backbones.quantised import packing
from zoo.backbones.random_lm import random_lm
from zoo.backbones.weighing import weigh
from zoo.core.errors import ZooError, did_you_mean
from zoo.core.hub import folder
from zoo.core.pretrained import configuration, quiet
from zoo.core.registry import backbones

TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")  # any of which is enough; the library makes one up
TEKKEN = "tekken.json"  # Mistral's own, where there is none of those
DTYPES = {"auto": "auto", "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@backbones.offer("causal-lm", licence="that of the weights")
class CausalLm(Backbone):
    """A causal language model and its tokenizer, with or without a LoRA."""

    def __init__(
        self,
        weights: str | None = None,
        lora: Lora | None = None,
        dtype: str = "auto",
        checkpointing: bool = False,
        quantise: int | None = None,
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
            quantise: 4 or 8 bits for the blocks' linear layers, which then stay as they are beside a LoRA.
            hub: the registered hub name.
            architecture: `model_type` of a random model; used if neither `weights` nor `hub` is given.
            size: "nano" or "test", the sizes of a random model.
            tokenizer: the tokenizer folder of a checkpoint, which a random model takes instead of the nano tokenizer.
        """
        super().__init__()
        if dtype not in DTYPES:
            raise ZooError(f'there is no dtype "{dtype}"{did_you_mean(dtype, DTYPES)}')
        source = weights or hub
        if quantise is not None and not source:
            raise ZooError("quantise is for published weights; a random model is small as it is")
        if source:
            self.language_model, self.tokenizer = self.read(source, DTYPES[dtype], bits=quantise, has_lora=bool(lora))
        elif architecture:
            self.tokenizer = read_tokenizer(tokenizer) if tokenizer else nano_tokenizer()
            self.language_model = random_lm(architecture, size, self.tokenizer, DTYPES[dtype])
        else:
            raise ZooError('backbone "causal-lm" needs weights=<a local folder or hub name>')
        if lora is not None:
            put_in(self.language_model, Lora(**lora) if isinstance(lora, Mapping) else lora)
        self.checkpointing = checkpointing
        if checkpointing:
            self.language_model.gradient_checkpointing_enable({"use_reentrant": False})
        else:
            keep_less(self.language_model)
        self.dim = self.language_model.config.hidden_size
        self.pad_id = self.tokenizer.pad_token_id
        self.end_id = end_of_turn(self.tokenizer)
        self.end_ids = _end_ids(self.language_model, self.tokenizer, self.end_id)

    def read(self, source: str, dtype: Any, **packed: Any) -> tuple[Any, Any]:
        """The language model and tokenizer of a folder or hub name; `packed` is for `load`."""
        config, place = configuration(source), folder(source)
        if not hasattr(config, "hidden_size"):
            raise ZooError(
                f"{place} holds a {config.model_type} model, which is more than a language model; causal-lm reads "
                "language models alone"
            )
        return load(place, dtype, config, **packed), read_tokenizer(place)


def load(place: Path, dtype: Any, config: Any, bits: int | None = None, has_lora: bool = False, **more: Any) -> Any:
    """The language model in a folder; safetensors only, and no code from the hub.

    Args:
        place: the folder.
        dtype: of the weights, or "auto" for the one they were published in.
        config: the language model's `transformers` configuration.
        bits: 4 or 8 where the blocks' linear layers are to be packed.
        has_lora: whether a LoRA will be put in.
        more: for the library's loader.

    Raises:
        ZooError: it does not fit into memory, a tensor is not there, or it cannot be packed.
    """
    from transformers import AutoModelForCausalLM

    precise: torch.dtype = getattr(config, "dtype", None) or torch.float32 if dtype == "auto" else dtype
    if bits is not None:
        more["quantization_config"] = packing(bits, has_lora, precise)
    weigh(config, precise, bits, place.name)
    told = {"config": config, "dtype": dtype, "attn_implementation": "sdpa", "output_loading_info": True}
    try:
        with quiet():  # what does not fit is said below, in a sentence
            model, found = AutoModelForCausalLM.from_pretrained(
                place, use_safetensors=True, ignore_mismatched_sizes=True, **told, **more
            )
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise ZooError(f"{place} does not load as a causal language model: {str(error).splitlines()[0]}") from None
    if found["mismatched_keys"]:
        name, stored, wanted = min(found["mismatched_keys"])
        raise ZooError(
            f"the weights in {place} are of another width than its config.json says: {len(found['mismatched_keys'])} "
            f"tensors, {name} first, {tuple(stored)} and not {tuple(wanted)}; fetch both from one place"
        )
    if found["missing_keys"]:
        raise ZooError(
            f"the weights in {place} are not whole: {len(found['missing_keys'])} tensors are missing, "
            f"{min(found['missing_keys'])} first; fetch them again"
        )
    return model


def read_tokenizer(place: Path) -> Any:
    """The tokenizer in a folder, with a pad token."""
    if not any((place / name).is_file() for name in (*TOKENIZERS, TEKKEN)):
        raise ZooError(f"{place} holds no tokenizer; put the tokenizer.json of the same model beside its weights")
    try:
        tokenizer = _stored_tokenizer(place)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ZooError(f"the tokenizer in {place} does not load: {str(error).strip().splitlines()[0]}") from None
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token  # any will do: padding is masked
    return tokenizer


def _stored_tokenizer(place: Path) -> Any:
    """The library's fast one; where mistral-common is installed it would take that one's, which tells no offsets."""
    if any((place / name).is_file() for name in TOKENIZERS):
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(place, mistral_format=False)
    from transformers.integrations.mistral import convert_tekken_tokenizer

    return convert_tekken_tokenizer(str(place / TEKKEN))


def _end_ids(model: Any, tokenizer: Any, end_id: int) -> tuple[int, ...]:
    """What ends an answer: the generation config's ids, the tokenizer's, and what ends a turn of the chat template."""
    named = model.generation_config.eos_token_id
    return tuple(
        sorted({*(named if isinstance(named, list | tuple) else [named]), tokenizer.eos_token_id, end_id} - {None})
    )
