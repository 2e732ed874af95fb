"""How published omni models store the parts that the zoo takes: one table of key prefixes, read both ways.

An omni model's ear, adapter and language model are parts like any other. What has no row here, the eyes (`visual`) and
the mouth (`talker`, `token2wav`), is never read. An export writes by the same rows, backwards (`stored_name`).
"""

from typing import Any

TOWER, LANGUAGE_MODEL = "encoder.net.", "backbone.language_model."
PROJECTOR, STACKING = "adapter.project.", "adapter.mlp."  # of the adapters `linear` and `stack-mlp`

# By `model_type` of a folder's config.json: how a tensor's canonical name begins in the zoo, and how it is stored.
LAYOUTS: dict[str, dict[str, str]] = {
    "qwen2_5_omni": {
        TOWER: "thinker.audio_tower.",
        LANGUAGE_MODEL + "model.": "thinker.model.",
        LANGUAGE_MODEL + "lm_head.": "thinker.lm_head.",
    },
    "qwen2_5_omni_thinker": {
        TOWER: "audio_tower.",
        LANGUAGE_MODEL + "model.": "model.",
        LANGUAGE_MODEL + "lm_head.": "lm_head.",
    },
    "qwen2_5_omni_audio_encoder": {TOWER: ""},  # a checkpoint of the zoo with a trained tower
    # Its experts are stored one by one and lie together in the library's module, which splits them when it saves.
    "qwen3_omni_moe": {
        TOWER: "thinker.audio_tower.",
        LANGUAGE_MODEL + "model.": "thinker.model.",
        LANGUAGE_MODEL + "lm_head.": "thinker.lm_head.",
    },
    "qwen3_omni_moe_thinker": {
        TOWER: "audio_tower.",
        LANGUAGE_MODEL + "model.": "model.",
        LANGUAGE_MODEL + "lm_head.": "lm_head.",
    },
    "qwen3_omni_moe_audio_encoder": {TOWER: ""},
    "qwen2_audio": {
        TOWER: "audio_tower.",
        PROJECTOR: "multi_modal_projector.linear.",
        LANGUAGE_MODEL: "language_model.",
    },
    "qwen2_audio_encoder": {TOWER: ""},
    "voxtral": {
        TOWER: "audio_tower.",
        STACKING + "0.": "multi_modal_projector.linear_1.",
        STACKING + "2.": "multi_modal_projector.linear_2.",
        LANGUAGE_MODEL: "language_model.",
    },
    "voxtral_encoder": {TOWER: ""},
}


def families(part: str) -> tuple[str, ...]:
    """The `model_type`s whose layout has the part, by the beginning of its canonical names."""
    return tuple(kind for kind, rows in LAYOUTS.items() if any(ours.startswith(part) for ours in rows))


def our_name(model_type: str, stored: str) -> str | None:
    """The canonical name of a stored tensor, such as `encoder.net.conv1.weight`; None if the zoo takes it nowhere."""
    for ours, theirs in LAYOUTS[model_type].items():
        if stored.startswith(theirs):
            return ours + stored.removeprefix(theirs)
    return None


def stored_name(model_type: str, ours: str) -> str | None:
    """The stored name of a tensor by its canonical name; None if the family's layout has no place for it."""
    for begins, theirs in LAYOUTS[model_type].items():
        if ours.startswith(begins):
            return theirs + ours.removeprefix(begins)
    return None


def inner(configuration: Any, section: str) -> Any:
    """A configuration's `audio_config` or `text_config`, wherever the family keeps it; itself if it is that section."""
    whole = getattr(configuration, "thinker_config", configuration)
    return getattr(whole, section, whole)
