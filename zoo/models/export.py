"""A model as files that the `transformers` and `peft` libraries load with no line of ours, and ours beside them.

backbone/           AutoModelForCausalLM and AutoTokenizer; the LoRA is merged
encoder/            the family's own class, and AutoFeatureExtractor
parts.safetensors   adapter, prosody head and whatever else is ours
parts.json          how they join, in facts; README.md says the same in words
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from zoo.backbones import lora
from zoo.core.checkpoint import Checkpoint
from zoo.core.errors import ZooError
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.registry import backbones
from zoo.models.build import name_and_options, parts
from zoo.models.export_readme import readme
from zoo.models.speech_lm import SpeechLM
from zoo.models.state import tensors_of

OURS = "parts.safetensors"
FACTS = "parts.json"
FROM_LAST = "last_hidden_state"
BEFORE_NORM = "hidden_states[-1]"  # with output_hidden_states=True


def size_of(tensors: Mapping[str, Tensor]) -> int:
    """Bytes of tensors."""
    return sum(value.numel() * value.element_size() for value in tensors.values())


def export_whole(model: SpeechLM, checkpoint: Checkpoint, folder: Path) -> dict[str, Any]:
    """Write every part of a model into a folder and return the facts of `parts.json`. The model's LoRA is merged."""
    from safetensors.torch import save_file

    facts: dict[str, Any] = {
        "made_from": checkpoint.folder.name,
        "licences": {key: checkpoint.card.get(key) for key in ("licence", "data_licence")},
        "signal": list(parts(model)),
        "encoder": _encoder(model, checkpoint.recipe, folder / "encoder"),
    }
    for part, module in parts(model).items():
        if part not in ("encoder", "backbone"):
            name, options = name_and_options(checkpoint.recipe[part])
            facts[part] = {"name": name, "options": options, "tensors": f"{part}.*"}
            if part == "adapter":
                facts[part] |= {"stride": module.stride, "in_width": model.encoder.dim, "out_width": model.backbone.dim}
    if "backbone" in facts["signal"]:
        facts["backbone"] = _backbone(model, folder / "backbone")
    facts["knowledge"] = asdict(model.knowledge)
    ours = _own(model)
    if ours:
        save_file({name: value.detach().contiguous() for name, value in sorted(ours.items())}, folder / OURS)
    facts["tensors"] = {name: list(value.shape) for name, value in sorted(ours.items())}
    (folder / FACTS).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(readme(facts), encoding="utf-8")
    return facts


def export_adapter(model: SpeechLM, checkpoint: Checkpoint, folder: Path) -> dict[str, Any]:
    """Write the backbone's LoRA as peft stores one.

    Raises:
        ZooError: there is no LoRA.
    """
    from safetensors.torch import save_file

    config, tensors = lora.as_peft(language_model_with_lora(model, checkpoint), _published(checkpoint))
    config.save_pretrained(folder)
    save_file(
        {name: value.contiguous() for name, value in sorted(tensors.items())}, folder / "adapter_model.safetensors"
    )
    return {"base": config.base_model_name_or_path, "rank": config.r}


def language_model_with_lora(model: SpeechLM, checkpoint: Checkpoint) -> Any:
    """The backbone's language model; a `ZooError` if it has no LoRA."""
    backbone = parts(model).get("backbone")
    if backbone is None or not lora.has_lora(backbone.language_model):
        why = "it has no backbone" if backbone is None else "its backbone was trained whole, or not at all"
        raise ZooError(
            f"checkpoint {checkpoint.folder} has no LoRA, {why}, so there is no adapter to give alone; leave out "
            "--adapter-only"
        )
    return backbone.language_model


def _published(checkpoint: Checkpoint) -> str | None:
    """Where the backbone's own weights come from; None for a backbone that was trained from scratch."""
    section = checkpoint.recipe["backbone"]
    return section.get("weights") or backbones.entry(section["name"]).facts.get("hub")


def _backbone(model: SpeechLM, folder: Path) -> dict[str, Any]:
    backbone, language_model = model.backbone, model.backbone.language_model
    if getattr(language_model, "is_quantized", False):
        raise ZooError(
            "this backbone is loaded in 4 or 8 bits, where a LoRA cannot be merged exactly; export it with "
            "--adapter-only, or the checkpoint with its backbone in full precision"
        )
    merged = lora.has_lora(language_model)
    lora.merge_for_good(language_model)
    generation = language_model.generation_config
    generation.eos_token_id, generation.pad_token_id = list(backbone.end_ids), backbone.pad_id
    language_model.save_pretrained(folder)
    backbone.tokenizer.save_pretrained(folder)
    return {
        "folder": folder.name,
        "class": type(language_model).__name__,
        "width": backbone.dim,
        "dtype": str(language_model.dtype).removeprefix("torch."),
        "lora_merged": merged,
        "end_ids": list(backbone.end_ids),
    }


def _encoder(model: SpeechLM, recipe: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write the encoder's own network in the library's layout; what can't be is ours and lies in `parts.safetensors`.

    An encoder of the first layers alone has no last norm: that of the whole was trained on the last layer's output. The
    library's class always has one; it gets the one that does not scale, and the frames are what goes into it, which the
    class hands out as `hidden_states[-1]`.
    """
    from transformers import PreTrainedModel

    name, options = name_and_options(recipe["encoder"])
    window = getattr(model.encoder, "window", None)  # samples, of an encoder whose class takes nothing shorter
    rates = {"width": model.encoder.dim, "rate_hz": model.encoder.frame_rate_hz}
    facts = {"name": name, "options": options, **rates}
    net = getattr(model.encoder, "net", None)
    if not isinstance(net, PreTrainedModel):
        return {**facts, "tensors": "encoder.*", "why": "this encoder is no class of the library"}
    config = net.config
    with torch.device("meta"):
        whole = type(net)(config)
    missing = whole.state_dict().keys() - net.state_dict().keys()
    state = dict(net.state_dict())
    for norm in sorted({key.rpartition(".")[0] for key in missing}):
        state |= _plain_norm(norm, whole.get_submodule(norm))
    if missing:
        config.tie_last_hidden_states = False  # else hidden_states[-1] is the class's last_hidden_state, after its norm
    net.save_pretrained(folder, state_dict=state)
    _feature_extractor(model, config, folder)
    return {
        **facts,
        "folder": folder.name,
        "class": type(net).__name__,
        "module": type(net).__module__,
        "frames": BEFORE_NORM if missing else FROM_LAST,
        "mixed_by": "encoder.mix.scores" if getattr(model.encoder, "mix", None) is not None else None,
        "fixed_window_s": None if window is None else window / SAMPLE_RATE_HZ,
    }


def _plain_norm(name: str, module: nn.Module) -> dict[str, Tensor]:
    """The weights of a norm that does not scale and does not shift."""
    if not isinstance(module, nn.LayerNorm):
        raise ZooError(f"the encoder lacks {name}, which the library's class has; it cannot be written for that class")
    shape = tuple(module.normalized_shape)
    return {f"{name}.weight": torch.ones(shape), f"{name}.bias": torch.zeros(shape)}


def _feature_extractor(model: SpeechLM, config: Any, folder: Path) -> None:
    """What turns a wave into the class's input, as `AutoFeatureExtractor` reads it."""
    from transformers.models.auto.feature_extraction_auto import FEATURE_EXTRACTOR_MAPPING_NAMES as KINDS

    kind = KINDS.get(config.model_type)
    if kind is None:
        return
    sizes = {"feature_size": config.num_mel_bins} if hasattr(config, "num_mel_bins") else {}
    row = {"feature_extractor_type": kind, **model.encoder.published.get("preprocessor_config.json", {}), **sizes}
    (folder / "preprocessor_config.json").write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")


def _own(model: SpeechLM) -> dict[str, Tensor]:
    """The tensors that are no library's, by canonical name."""
    from transformers import PreTrainedModel

    found: dict[str, Tensor] = {}
    for part, module in parts(model).items():
        if part == "backbone":
            continue
        inside = isinstance(getattr(module, "net", None), PreTrainedModel)
        mine = tensors_of(part, module)
        found |= {name: value for name, value in mine.items() if not (inside and name.startswith(f"{part}.net."))}
    return found
