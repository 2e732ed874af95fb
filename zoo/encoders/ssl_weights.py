"""Published weights of self-supervised encoders, under the names that the library's modules have now."""

import json
from typing import Any

import torch

from zoo.core.hub import folder
from zoo.core.pretrained import configuration, fill, parametrized

FAMILIES = ("wav2vec2", "hubert", "wavlm", "data2vec-audio")
TEST_SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "conv_dim": [16] * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
}  # of the random members; all else is as in the base size


def sizes_of(source: str | None, config: dict[str, Any], families: tuple[str, ...] = FAMILIES) -> Any:
    """The configuration of published weights of one of the families, or of a random model."""
    from transformers import AutoConfig

    sizes = configuration(source, families) if source else AutoConfig.for_model(**config)
    sizes.mask_time_prob = sizes.mask_feature_prob = 0.0  # SpecAugment is for pretraining; without it, no mask vector
    return sizes


def load(sizes: Any, source: str | None, has_norm: bool = True) -> Any:
    """The library's model of those sizes: with the weights of a folder or hub name, or random where it is None.

    Without `has_norm` the transformer's own norm is left out: it belongs to the output of layers that are not kept.
    """
    from transformers import AutoModel

    with torch.device("meta" if source else "cpu"):
        net = AutoModel.from_config(sizes, dtype=torch.float32)
    if not has_norm:
        del net.encoder.layer_norm
    if source:
        # Stored names may carry the family's name, as where a head was trained on top.
        fill(net, folder(source), lambda stored: parametrized(stored.removeprefix(f"{net.base_model_prefix}.")))
    return net


def normalises(source: str | None) -> bool:
    """Whether the wave is brought to zero mean and unit variance, as the folder's preprocessor says."""
    path = folder(source) / "preprocessor_config.json" if source else None
    return (
        path is None
        or not path.exists()
        or bool(json.loads(path.read_text(encoding="utf-8")).get("do_normalize", True))
    )
