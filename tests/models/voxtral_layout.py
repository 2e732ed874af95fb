"""A small random Voxtral checkpoint in its on-disk layout, `tekken.json` included, and its library's own processor."""

import base64
import io
import json
from pathlib import Path

import soundfile
import torch

from tests.models.omni_layout import EAR, LLM, _move, as_if_trained, shard
from zoo.backbones.bpe import SPECIAL, nano_tokenizer

AUDIO, BEGIN_AUDIO = 24, 25  # ids; the library's processor has the first in its code
# The marks of Mistral's tokenizer of version 7, by their ids.
_MARKS = (
    "<unk> <s> </s> [INST] [/INST] [AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_RESULTS] [/TOOL_RESULTS] [TOOL_CALLS] "
    "[IMG] <pad> [IMG_BREAK] [IMG_END] [PREFIX] [MIDDLE] [SUFFIX] [SYSTEM_PROMPT] [/SYSTEM_PROMPT] [TOOL_CONTENT] "
    "<SPECIAL_20> <SPECIAL_21> <SPECIAL_22> <SPECIAL_23> [AUDIO] [BEGIN_AUDIO] <SPECIAL_26> <SPECIAL_27> <SPECIAL_28> "
    "<SPECIAL_29> <SPECIAL_30> <SPECIAL_31> <SPECIAL_32> <SPECIAL_33> [TRANSCRIBE]"
)
MARKS = _MARKS.split()
MOST_MARKS = 40  # the ids behind these, up to here, are fillers
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+"  # what no token reaches beyond


def tekken(folder: Path) -> int:
    """Write the nano tokenizer's merges as a tekken file, by rank; how many ids it has."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    model = json.loads(nano_tokenizer().backend_tokenizer.to_str())["model"]
    of = {char: byte for byte, char in bytes_to_unicode().items()}
    merged = (left + right for left, right in model["merges"])  # a merge's token, in the order in which they are made
    tokens = [bytes([byte]) for byte in range(256)] + [bytes(of[char] for char in text) for text in merged]
    assert len(set(tokens)) == len(tokens) > 1_000
    assert not {text.encode() for text in SPECIAL} & set(tokens)
    rows = [
        {"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": token.decode("utf-8", "replace")}
        for rank, token in enumerate(tokens)
    ]
    config = {
        "pattern": WORDS,
        "num_vocab_tokens": len(rows),
        "default_vocab_size": len(rows) + MOST_MARKS,
        "default_num_special_tokens": MOST_MARKS,
        "version": "v7",
    }
    audio = {
        "sampling_rate": 16_000,
        "frame_rate": 12.5,
        "audio_encoding_config": {"num_mel_bins": 128, "hop_length": 160, "window_size": 400},
        "chunk_length_s": 30.0,
    }
    marks = [{"rank": rank, "token_str": mark, "is_control": True} for rank, mark in enumerate(MARKS)]
    whole = {"config": config, "vocab": rows, "special_tokens": marks, "audio": audio}
    (folder / "tekken.json").write_text(json.dumps(whole))
    return len(rows) + MOST_MARKS


def voxtral(folder: Path) -> torch.nn.Module:
    """Write a Voxtral checkpoint as the hub has it, a second copy in Mistral's own layout included; the own model."""
    from transformers import VoxtralConfig, VoxtralForConditionalGeneration

    size = tekken(folder)
    config = VoxtralConfig(
        audio_config=EAR | {"encoder_ffn_dim": 4 * EAR["d_model"]},  # its projector stacks what is as wide as that
        text_config=LLM | {"model_type": "llama", "vocab_size": size, "head_dim": 8},
        audio_token_id=AUDIO,
    )
    torch.manual_seed(11)
    own = as_if_trained(VoxtralForConditionalGeneration(config))
    own.save_pretrained(folder / "whole")
    (folder / "config.json").write_text((folder / "whole" / "config.json").read_text())
    shard(_move(folder / "whole", ""), folder, 2)
    (folder / "consolidated.safetensors").write_bytes(b"a second copy of the weights, which nobody reads")
    return own


def processor(folder: Path) -> object:
    """Voxtral's own processor; its tokenizer is `mistral-common`'s where that is installed, else ours."""
    from transformers import VoxtralProcessor, WhisperFeatureExtractor
    from transformers.utils import is_mistral_common_available

    from zoo.backbones.causal_lm import read_tokenizer

    if is_mistral_common_available():
        from transformers import MistralCommonBackend

        tokenizer = MistralCommonBackend.from_pretrained(folder)
    else:
        tokenizer = read_tokenizer(folder)
    return VoxtralProcessor(WhisperFeatureExtractor(feature_size=128), tokenizer)


def asked(processor: object, before: str, waves: list[torch.Tensor], after: str) -> dict[str, torch.Tensor]:
    """What its own processor makes of words, a wave and words; it reads files, and takes paths for 16 bits a sample."""
    turns = []
    for wave in waves:
        file = io.BytesIO()
        soundfile.write(file, wave.numpy(), 16_000, subtype="FLOAT", format="WAV")
        heard = {"type": "audio", "base64": base64.b64encode(file.getvalue()).decode()}
        words = [{"type": "text", "text": text} for text in (before, after)]
        turns.append([{"role": "user", "content": [words[0], heard, words[1]]}])
    return processor.apply_chat_template(turns)


def by_hand(
    processor: object, before: list[int], waves: list[torch.Tensor], after: list[int]
) -> dict[str, torch.Tensor]:
    """Its own processor's spectrograms, and ids put together here: 375 marks for every 30 s that are begun."""
    settings = {key: value for key, value in processor.audio_kwargs.items() if key != "max_source_positions"}
    features = processor._retrieve_input_features([wave.numpy() for wave in waves], 3_000, **settings)
    rows = [[*before, *[AUDIO] * (375 * -(-len(wave) // 480_000)), *after] for wave in waves]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return {"input_ids": ids, "attention_mask": mask, "input_features": features}
