"""Building a model from a recipe's sections: parts by name, widths told from neighbour to neighbour."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.registry import adapters, backbones, encoders, enrolments, prosody_heads, scorers
from zoo.core.sections import PARTS, Part
from zoo.models.speech_lm import SpeechLM


def build_model(sections: Mapping[str, Mapping[str, Any] | None], tokenizer: Path | None = None) -> SpeechLM:
    """Build the parts that `sections` names and join them; pretrained weights are read, the rest is random.

    Args:
        sections: recipe sections by part; a part that is null or not there is left out.
        tokenizer: a checkpoint's tokenizer folder, for backbones whose tokenizer the zoo trained.
    """
    encoder = encoders.build(*name_and_options(sections["encoder"]))
    enrolment = prosody = adapter = backbone = scorer = None
    if sections.get("enrolment"):
        enrolment = enrolments.build(*name_and_options(sections["enrolment"]), dim=encoder.dim)
    if sections.get("prosody"):
        prosody = prosody_heads.build(*name_and_options(sections["prosody"]), in_dim=encoder.dim)
    if sections.get("backbone"):
        backbone = backbones.build(*name_and_options(sections["backbone"]), tokenizer=tokenizer)
        cue_dim = prosody.tokens_dim if prosody is not None else None
        affect_dim = prosody.affect.dim if prosody is not None and prosody.affect is not None else None
        widths = {"in_dim": encoder.dim, "out_dim": backbone.dim, "cue_dim": cue_dim, "affect_dim": affect_dim}
        name, options = name_and_options(sections["adapter"])
        adapter = adapters.build(name, options, **widths)
        if affect_dim is not None and adapter.affect is None:
            raise ZooError(f"adapter {name} takes no affect; take another adapter, or write prosody.affect=0")
    if backbone is not None and sections.get("scorer"):
        told = {"dim": backbone.dim, "tokenizer": backbone.tokenizer}
        scorer = scorers.build(*name_and_options(sections["scorer"]), **told)
    model = SpeechLM(encoder, prosody, adapter, backbone, scorer, enrolment)
    for part, module in parts(model).items():
        if (sections.get(part) or {}).get("frozen"):
            module.requires_grad_(False)
    return model


def name_and_options(section: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """A part's name, and the options that are its own."""
    assert section is not None
    return section["name"], {key: value for key, value in section.items() if key not in Part.__annotations__}


def parts(model: SpeechLM) -> dict[str, Any]:
    """The parts that a model has, by their section's name, in the order in which the signal flows."""
    modules = {
        "encoder": model.encoder,
        "enrolment": model.enrolment,
        "prosody": model.prosody,
        "adapter": model._adapter,
        "backbone": model._backbone,
        "scorer": model.scorer,
    }
    return {part: modules[part] for part in PARTS if modules[part] is not None}
