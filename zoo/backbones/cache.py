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


def is_plain(cache: Any) -> bool:
    """Whether every layer keeps all keys and values: none slides, recurs or is fixed in size."""
    return {type(layer).__name__ for layer in getattr(cache, "layers", [None])} == {"DynamicLayer"}
