"""Small random omni checkpoints in exactly their on-disk layout, and their library's own processors."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from zoo.backbones.bpe import nano_tokenizer

MARKS = {
    "audio_token": "<|AUDIO|>",
    "image_token": "<|IMAGE|>",
    "video_token": "<|VIDEO|>",
    "audio_bos_token": "<|audio_bos|>",
    "audio_eos_token": "<|audio_eos|>",
    "vision_bos_token": "<|vision_bos|>",
    "vision_eos_token": "<|vision_eos|>",
}
# Qwen2.5-Omni's chat template as far as sound and text go, with the system turn it makes up where there is none.
TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n{% else %}"
    "{% for content in message['content'] %}"
    "{% if content['type'] == 'audio' or 'audio' in content or 'audio_url' in content %}"
    "<|audio_bos|><|AUDIO|><|audio_eos|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLM = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 2_000,
}
EAR = {"d_model": 16, "encoder_layers": 2, "encoder_attention_heads": 2, "encoder_ffn_dim": 32, "num_mel_bins": 128}
EYE = {"depth": 1, "hidden_size": 16, "num_heads": 2, "intermediate_size": 16, "out_hidden_size": 32}


MARKS_3 = MARKS | {
    "audio_token": "<|audio_pad|>",
    "audio_bos_token": "<|audio_start|>",
    "audio_eos_token": "<|audio_end|>",
}
TEMPLATE_3 = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for content in message['content'] %}"
    "{% if content['type'] == 'audio' %}<|audio_start|><|audio_pad|><|audio_end|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer_in(folder: Path, template: str | None, marks: dict[str, str] = MARKS) -> None:
    """Qwen's kind of tokenizer, with its marks for audio and images, and the template in a file beside it."""
    tokenizer = nano_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": list(marks.values())})
    tokenizer.chat_template = None
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text()) | marks | {"tokenizer_class": "Qwen2Tokenizer", "extra_special_tokens": marks}
    path.write_text(json.dumps(config))
    if template:
        (folder / "chat_template.json").write_text(json.dumps({"chat_template": template}))


def ids_of(folder: Path, marks: dict[str, str] = MARKS) -> dict[str, int]:
    """The ids of the marks in a folder's tokenizer."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    return {name: tokenizer.convert_tokens_to_ids(mark) for name, mark in marks.items()}


def as_if_trained(model: torch.nn.Module) -> torch.nn.Module:
    """Weights that are not nearly nothing: what leaks or is left out then shows in the logits."""
    for name, value in model.named_parameters():
        if value.ndim > 1 or name.endswith("bias"):
            torch.nn.init.normal_(value, std=0.1)
    return model.eval()


def qwen_omni(folder: Path, dtype: torch.dtype = torch.float32) -> torch.nn.Module:
    """Write a Qwen2.5-Omni checkpoint as the hub has it, and return the library's own thinker.

    Sharded, every key of the thinker under `thinker.`, mouth and voice (`talker.`, `token2wav.`) among the shards.
    """
    from transformers import Qwen2_5OmniThinkerConfig, Qwen2_5OmniThinkerForConditionalGeneration

    tokenizer_in(folder, TEMPLATE)
    ids = ids_of(folder)
    config = Qwen2_5OmniThinkerConfig(
        audio_config=EAR | {"output_dim": 32},
        text_config=LLM | {"rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 2]}},
        vision_config=EYE,
        audio_token_index=ids["audio_token"],
        audio_start_token_id=ids["audio_bos_token"],
        audio_end_token_id=ids["audio_eos_token"],
        image_token_index=ids["image_token"],
        video_token_index=ids["video_token"],
        vision_start_token_id=ids["vision_bos_token"],
        vision_end_token_id=ids["vision_eos_token"],
    )
    torch.manual_seed(7)
    thinker = as_if_trained(Qwen2_5OmniThinkerForConditionalGeneration(config)).to(dtype)
    thinker.save_pretrained(folder / "thinker")
    inside = json.loads((folder / "thinker" / "config.json").read_text())
    whole = {"model_type": "qwen2_5_omni", "architectures": ["Qwen2_5OmniModel"], "thinker_config": inside}
    (folder / "config.json").write_text(json.dumps(whole | {"enable_audio_output": True, "enable_talker": True}))
    stored = _move(folder / "thinker", "thinker.")
    stored["talker.model.embed_tokens.weight"] = torch.full((9, 4), torch.nan)
    stored["token2wav.code2wav_dit_model.time_embed.weight"] = torch.full((9, 4), torch.nan)
    shard(stored, folder, 3)
    return thinker


def qwen3_omni(folder: Path) -> torch.nn.Module:
    """Write a Qwen3-Omni checkpoint as the hub has it, each expert by itself, and return the library's own thinker."""
    from transformers import Qwen3OmniMoeThinkerConfig, Qwen3OmniMoeThinkerForConditionalGeneration

    tokenizer_in(folder, TEMPLATE_3, MARKS_3)
    ids = ids_of(folder, MARKS_3)
    config = Qwen3OmniMoeThinkerConfig(
        audio_config=EAR | {"output_dim": 32, "downsample_hidden_size": 4},
        text_config=LLM
        | {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "head_dim": 8}
        | {"rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 1, 1]}},
        vision_config=EYE | {"deepstack_visual_indexes": [0]},
        audio_token_id=ids["audio_token"],
        audio_start_token_id=ids["audio_bos_token"],
        image_token_id=ids["image_token"],
        video_token_id=ids["video_token"],
        vision_start_token_id=ids["vision_bos_token"],
    )
    torch.manual_seed(9)
    thinker = as_if_trained(Qwen3OmniMoeThinkerForConditionalGeneration(config))
    thinker.save_pretrained(folder / "thinker")
    inside = json.loads((folder / "thinker" / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen3_omni_moe", "thinker_config": inside}))
    stored = _move(folder / "thinker", "thinker.")
    stored["talker.model.norm.weight"] = stored["code2wav.decoder.0.bias"] = torch.full((9,), torch.nan)
    shard({name: value.clone() for name, value in stored.items()}, folder, 3)
    return thinker


def qwen_audio(folder: Path) -> torch.nn.Module:
    """Write a Qwen2-Audio checkpoint as the hub has it, sharded, and return the library's own model."""
    from transformers import Qwen2AudioConfig, Qwen2AudioForConditionalGeneration

    tokenizer_in(folder, None)
    config = Qwen2AudioConfig(audio_config=EAR, text_config=LLM, audio_token_index=ids_of(folder)["audio_token"])
    torch.manual_seed(8)
    own = as_if_trained(Qwen2AudioForConditionalGeneration(config))
    own.save_pretrained(folder / "whole")
    (folder / "config.json").write_text((folder / "whole" / "config.json").read_text())
    shard(_move(folder / "whole", ""), folder, 2)
    return own


def audio_processor(folder: Path) -> object:
    """Qwen2-Audio's own processor, with the template that is in its code."""
    from transformers import AutoTokenizer, Qwen2AudioProcessor, WhisperFeatureExtractor

    return Qwen2AudioProcessor(WhisperFeatureExtractor(feature_size=128), AutoTokenizer.from_pretrained(folder))


def _move(folder: Path, prefix: str) -> dict[str, torch.Tensor]:
    """The tensors of a folder that the library wrote, under a prefix; the folder goes."""
    from safetensors.torch import load_file

    stored = {prefix + name: value for name, value in load_file(folder / "model.safetensors").items()}
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return stored


def shard(stored: dict[str, torch.Tensor], folder: Path, shards: int) -> None:
    """Write tensors over several files, with their index, as the hub has large models."""
    names = sorted(stored)
    weight_map = {name: f"model-{row % shards + 1:05d}-of-{shards:05d}.safetensors" for row, name in enumerate(names)}
    for file in sorted(set(weight_map.values())):
        save_file({name: stored[name] for name in names if weight_map[name] == file}, folder / file, {"format": "pt"})
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))


def omni_processor(folder: Path, name: str = "Qwen2_5OmniProcessor") -> object:
    """An omni model's own processor; its image and video parts need torchvision, and sound and text do not use them."""
    import transformers
    from transformers import AutoTokenizer, WhisperFeatureExtractor

    class SoundAndText(getattr(transformers, name)):
        def check_argument_for_proper_class(self, *_: object) -> None: ...

    hears = WhisperFeatureExtractor(
        feature_size=128, chunk_length=30, return_attention_mask=True
    )  # 300 there: more silence
    template = json.loads((folder / "chat_template.json").read_text())["chat_template"]
    parts = {"image_processor": object(), "video_processor": object(), "feature_extractor": hears}
    return SoundAndText(**parts, tokenizer=AutoTokenizer.from_pretrained(folder), chat_template=template)
