"""Attention of a group's answers to their one prompt, whose keys and values stand in memory once and not G times.

A new token of each answer attends to two places: the prompt, which all G answers of an utterance read together (one
matrix product for the group), and the answer's own tokens. The scores of both go through one softmax, so the result is
that of plain attention. Nothing grows by copying: a plain cache is written anew, token by token, and at 5 M parameters
that costs as much as everything else of the decoding.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

NAME = "zoo_grouped"  # under which `transformers` knows this attention


class GroupCache:
    """The keys and values of B prompts [B, heads, P, width], and of each of the S answers' own tokens.

    It stands in for a `transformers` cache while answers are decoded, a token of each at a time. `at` is the place of
    the next token; as a tensor on the device, since a CUDA graph replays with whatever stands in it.
    """

    def __init__(
        self, prompt: Any, prompt_mask: Tensor, group_size: int, most_tokens: int, whole: bool = False
    ) -> None:
        """Begin after a prompt.

        Args:
            prompt: the cache that the prompts filled, of a model that `shares_prompts`; it is read and never changed.
            prompt_mask: [B, P], True where data is.
            group_size: answers to each prompt.
            most_tokens: the longest answer.
            whole: attend to all `most_tokens` places by a mask, so that shapes never change, as a CUDA graph needs it.
        """
        self.layers = prompt.layers
        self.group_size, self.whole, self.done = group_size, whole, 0
        first = prompt.layers[0].keys
        self.at = torch.zeros(1, dtype=torch.long, device=first.device)
        self.places = torch.arange(most_tokens, device=first.device)
        self.hidden = ~prompt_mask[:, None, None]  # [B, 1, 1, P], True where there is only padding
        self.padded = bool(self.hidden.any())
        self.own = [
            (_room(one.keys, group_size, most_tokens), _room(one.values, group_size, most_tokens))
            for one in prompt.layers
        ]

    def update(self, keys: Tensor, values: Tensor, layer: int, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Write one token's keys and values [S, heads, 1, width]; give the answers' own so far, for `attend`."""
        own_keys, own_values = self.own[layer]
        if self.whole:
            own_keys.index_copy_(2, self.at, keys)
            own_values.index_copy_(2, self.at, values)
        else:
            own_keys[:, :, self.done] = keys[:, :, 0]
            own_values[:, :, self.done] = values[:, :, 0]
        filled = None if self.whole else self.done + 1
        # A view each time: marking the buffer itself would tie it to this cache in a circle, and keep GPU memory.
        own_keys, own_values = own_keys[:, :, :filled], own_values[:, :, :filled]
        own_keys.group = (self, layer)  # type: ignore[attr-defined]  # the way to `attend` past the library's code
        return own_keys, own_values

    def advance(self) -> None:
        """One token of every answer is in."""
        self.done += 1
        self.at += 1

    def get_seq_length(self, layer: int = 0) -> int:
        """Places that are filled, as the library counts them."""
        return int(self.layers[layer].keys.shape[2]) + self.done


def attend(
    module: Any, query: Tensor, key: Tensor, value: Tensor, _mask: Any, scaling: float | None = None, **_: Any
) -> tuple[Tensor, None]:
    """Attention of new tokens, query [S, query heads, 1, width], to their prompts and to their own answers' tokens.

    Returns [S, 1, query heads, width], as the library's attention functions do.
    """
    cache, layer = key.group  # type: ignore[attr-defined]
    prompt = cache.layers[layer]
    utterances, heads, length, width = prompt.keys.shape
    group, each = cache.group_size, query.shape[1] // heads  # `each` query heads read one key head
    query = query * (width**-0.5 if scaling is None else scaling)
    rows = len(query)

    shared = query.view(utterances, group, heads, each, width).transpose(1, 2).reshape(utterances, heads, -1, width)
    to_prompt = shared @ prompt.keys.transpose(2, 3)  # [B, heads, G * each, P]
    if cache.padded:
        to_prompt = to_prompt.masked_fill(cache.hidden, -torch.inf)
    to_prompt = (
        to_prompt.view(utterances, heads, group, each, length).transpose(1, 2).reshape(rows, heads, each, length)
    )
    to_own = query.view(rows, heads, each, width) @ key.transpose(2, 3)  # [S, heads, each, own]
    if cache.whole:
        to_own = to_own.masked_fill(cache.places > cache.at, -torch.inf)

    weights = (
        torch.cat([to_prompt, to_own], -1)
        .softmax(-1, dtype=torch.promote_types(query.dtype, torch.float32))
        .to(query.dtype)
    )
    on_prompt, on_own = weights.split([length, to_own.shape[-1]], -1)
    on_prompt = on_prompt.reshape(utterances, group, heads, each, length).transpose(1, 2)
    from_prompt = on_prompt.reshape(utterances, heads, -1, length) @ prompt.values  # [B, heads, G * each, width]
    from_prompt = from_prompt.view(utterances, heads, group, each, -1).transpose(1, 2).reshape(rows, heads, each, -1)
    return (from_prompt + on_own @ value).reshape(rows, 1, heads * each, -1), None


@contextmanager
def grouped(language_model: Any) -> Iterator[None]:
    """A context in which a language model attends by `attend`; its caches must be `GroupCache`s."""
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
    config = language_model.base_model.config
    before = config._attn_implementation
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before


def _room(like: Tensor, group_size: int, most_tokens: int) -> Tensor:
    """Zeros for the answers' own tokens, [S, heads, most tokens, width]: what is masked must still be a number."""
    utterances, heads, _, width = like.shape
    return like.new_zeros(utterances * group_size, heads, most_tokens, width)
