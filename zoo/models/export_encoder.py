"""An encoder as its family's own class in `transformers` loads it, and what of it that class gives the zoo's frames."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.errors import ZooError
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.models.build import name_and_options
from zoo.models.speech_lm import SpeechLM

FROM_LAST = "last_hidden_state"
BEFORE_NORM = "hidden_states[-1]"  # with output_hidden_states=True


def export_encoder(model: SpeechLM, recipe: Mapping[str, Any], folder: Path) -> dict[str, Any]:
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
    normed = not any(isinstance(whole.get_submodule(key.rpartition(".")[0]), nn.LayerNorm) for key in missing)
    if not normed:
        config.tie_last_hidden_states = False  # else hidden_states[-1] is the class's last_hidden_state, after its norm
    net.save_pretrained(folder, state_dict=state)
    _feature_extractor(model, config, folder)
    return {
        **facts,
        "folder": folder.name,
        "class": type(net).__name__,
        "module": type(net).__module__,
        "frames": FROM_LAST if normed else BEFORE_NORM,
        "mixed_by": "encoder.mix.scores" if getattr(model.encoder, "mix", None) is not None else None,
        "fixed_window_s": None if window is None else window / SAMPLE_RATE_HZ,
        "silence_is_data": model.encoder.window_s is not None,
    }


def _plain_norm(name: str, module: nn.Module) -> dict[str, Tensor]:
    """The weights of a norm that does not scale and does not shift; of a table that no forward reads, zeros."""
    if isinstance(module, nn.Embedding):
        return {f"{name}.weight": torch.zeros(module.weight.shape)}
    if not isinstance(module, nn.LayerNorm):
        raise ZooError(f"the encoder lacks {name}, which the library's class has; it cannot be written for that class")
    shape = tuple(module.normalized_shape)
    return {f"{name}.weight": torch.ones(shape), f"{name}.bias": torch.zeros(shape)}


def _feature_extractor(model: SpeechLM, config: Any, folder: Path) -> None:
    """What turns a wave into the class's input, as `AutoFeatureExtractor` reads it."""
    from transformers.models.auto.feature_extraction_auto import FEATURE_EXTRACTOR_MAPPING_NAMES as KINDS

    whole = config.model_type  # that of an omni model's tower is named after it
    names = (whole, whole.removesuffix("_encoder"), whole.removesuffix("_audio_encoder"))
    kind = next((KINDS[name] for name in names if name in KINDS), None)
    if kind is None:
        return
    sizes = {"feature_size": config.num_mel_bins} if hasattr(config, "num_mel_bins") else {}
    row = {"feature_extractor_type": kind, **model.encoder.published.get("preprocessor_config.json", {}), **sizes}
    (folder / "preprocessor_config.json").write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
