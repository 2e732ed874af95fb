"""Copies of a KV cache, so that a prompt is encoded once and answered many times."""

from copy import copy
from typing import Any


def expand(cache: Any, times: int) -> Any:
    """A new cache in which each of the B rows of `cache` stands `times` times, side by side; autograd is kept."""
    grown = copy(cache)
    grown.layers = [_expand(layer, times) for layer in cache.layers]
    return grown


def _expand(layer: Any, times: int) -> Any:
    """A copy of one layer. Its keys and values are [B, heads, past, head width]; growing it makes new tensors."""
    grown = copy(layer)
    if layer.keys is not None:
        grown.keys = layer.keys.repeat_interleave(times, dim=0)
        grown.values = layer.values.repeat_interleave(times, dim=0)
    return grown
