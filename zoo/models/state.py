"""Which tensors of a model a checkpoint holds, under names that a LoRA does not change."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from zoo.core.sections import NAMED
from zoo.models.build import parts
from zoo.models.speech_lm import SpeechLM


def owned(model: SpeechLM, sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Tensor]:
    """The tensors a checkpoint must hold, by canonical name: all but those that pretrained weights give back.

    Of a part with `keep` these too.
    """
    found: dict[str, Tensor] = {}
    for part, module in parts(model).items():
        trained = {canonical(f"{part}.{name}") for name, p in module.named_parameters() if p.requires_grad}
        kept = {name for name in trained | model.loaded if name.startswith(part + ".")}
        keep = (sections[part] or {}).get("keep") or not is_pretrained(part, sections)
        whole = keep or any(".lora_" not in name for name in kept)
        found |= {name: value for name, value in tensors_of(part, module).items() if whole or name in kept}
    return found


def canonical(name: str) -> str:
    """A tensor's name without what wrapping a module in a LoRA adds to it."""
    return name.replace(".base_model.model.", ".").replace(".base_layer.", ".")


def tensors_of(part: str, module: torch.nn.Module) -> dict[str, Tensor]:
    """A part's parameters and persistent buffers by canonical name; tied ones once."""
    state = module.state_dict(keep_vars=True)
    names = {id(value): name for name, value in reversed(state.items())}  # the first name of a tied tensor
    return {canonical(f"{part}.{name}"): state[name] for name in state if names[id(state[name])] == name}


def is_pretrained(part: str, sections: Mapping[str, Mapping[str, Any] | None]) -> bool:
    """Whether a part's untrained weights come from a hub or a folder, and so need no copy."""
    section = sections[part] or {}
    return bool(section.get("weights") or NAMED[part].entry(section["name"]).facts.get("hub"))


def changed(tensors: Mapping[str, torch.Tensor], known: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors that are not known to the last bit."""
    return {
        name: value
        for name, value in tensors.items()
        if name not in known or not torch.equal(known[name].cpu().to(value.dtype), value)
    }
