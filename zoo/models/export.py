"""A model as files that the `transformers` and `peft` libraries load with no line of ours, and ours beside them.

model/              an omni model whole, where ear, adapter and LLM are those of one checkpoint; else
backbone/           AutoModelForCausalLM and AutoTokenizer; the LoRA is merged
encoder/            the family's own class, and AutoFeatureExtractor
parts.safetensors   adapter, prosody head and whatever else is ours
parts.json          how they join, in facts; README.md says the same in words
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from zoo.backbones import lora
from zoo.core.checkpoint import Checkpoint
from zoo.core.errors import ZooError
from zoo.core.registry import backbones
from zoo.models.build import name_and_options, parts
from zoo.models.export_encoder import export_encoder
from zoo.models.export_omni import MODEL, export_omni, omni_source, size_of_source
from zoo.models.export_readme import readme
from zoo.models.speech_lm import SpeechLM
from zoo.models.state import tensors_of

OURS = "parts.safetensors"
FACTS = "parts.json"


def bytes_of(model: SpeechLM, checkpoint: Checkpoint, adapter_only: bool) -> int:
    """How much the tensors of an export will take."""
    if adapter_only:
        tensors = language_model_with_lora(model, checkpoint).state_dict()
        return sum(value.nbytes for name, value in tensors.items() if ".lora_" in name)
    source = source_of(model, checkpoint)
    own = sum(value.nbytes for name, value in model.named_parameters() if ".lora_" not in name)
    return own if source is None else size_of_source(source)


def source_of(model: SpeechLM, checkpoint: Checkpoint) -> Path | None:
    """The omni checkpoint that a joined model goes back into."""
    if "backbone" not in parts(model):
        return None
    return omni_source(model, _published(checkpoint), checkpoint.recipe["adapter"]["name"])


def export_whole(model: SpeechLM, checkpoint: Checkpoint, folder: Path) -> dict[str, Any]:
    """Write every part of a model into a folder and return the facts of `parts.json`. The model's LoRA is merged."""
    from safetensors.torch import save_file

    facts: dict[str, Any] = {
        "made_from": checkpoint.folder.name,
        "licences": {key: checkpoint.card.get(key) for key in ("licence", "data_licence")},
        "signal": list(parts(model)),
    }
    source = source_of(model, checkpoint)
    if source is not None:
        lora.merge_for_good(model.backbone.language_model)
        facts["model"] = export_omni(model, source, folder / MODEL)
    else:
        facts["encoder"] = export_encoder(model, checkpoint.recipe, folder / "encoder")
    for part, module in parts(model).items():
        if part not in ("encoder", "backbone"):
            name, options = name_and_options(checkpoint.recipe[part])
            facts[part] = {"name": name, "options": options, "tensors": f"{part}.*"}
            if part == "adapter":
                facts[part] |= {"stride": module.stride, "in_width": model.encoder.dim, "out_width": model.backbone.dim}
    if "backbone" in facts["signal"] and source is None:
        facts["backbone"] = _backbone(model, folder / "backbone")
    facts["knowledge"] = asdict(model.knowledge)
    ours = _own(model, ("backbone",) if source is None else ("encoder", "adapter", "backbone"))
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


def _own(model: SpeechLM, but: Sequence[str]) -> dict[str, Tensor]:
    """The tensors that are no library's, by canonical name, of all parts `but` some."""
    from transformers import PreTrainedModel

    found: dict[str, Tensor] = {}
    for part, module in parts(model).items():
        if part in but:
            continue
        inside = isinstance(getattr(module, "net", None), PreTrainedModel)
        mine = tensors_of(part, module)
        found |= {name: value for name, value in mine.items() if not (inside and name.startswith(f"{part}.net."))}
    return found
