"""Copies of rows of a KV cache, so that a prompt is encoded once and answered many times."""

from copy import copy
from typing import Any

from torch import Tensor


def rows(cache: Any, index: Tensor) -> Any:
    """A new cache of the rows `index` [S] of a cache of B, any row any number of times; autograd is kept."""
    taken = copy(cache)
    taken.layers = [_rows(layer, index) for layer in cache.layers]
    return taken


def _rows(layer: Any, index: Tensor) -> Any:
    """A copy of one layer. Its keys and values are [B, heads, past, head width]; growing it makes new tensors."""
    taken = copy(layer)
    if layer.keys is not None:
        taken.keys, taken.values = layer.keys[index], layer.values[index]
    return taken


def is_plain(language_model: Any) -> bool:
    """Whether each layer of a model keeps all its keys and values: none slides over them, recurs or caps scores."""
    from transformers import DynamicCache

    config = language_model.config
    layers = DynamicCache(config=config).layers
    recurs = getattr(language_model, "_is_stateful", False) or getattr(config, "attn_logit_softcapping", None)
    return not recurs and {type(layer).__name__ for layer in layers} <= {"DynamicLayer"}
