"""What every backbone promises: a causal language model with its tokenizer, reachable by embeddings and a KV cache."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass
class Lora:
    """Low-rank adaptation (arXiv 2106.09685), by peft, of every linear layer in the backbone's blocks."""

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0


class Backbone(nn.Module):
    """A `transformers` causal LM behind the few doors the zoo needs.

    `dim` is the width of its embeddings; `tokenizer` a fast tokenizer with a pad token (padding id `pad_id`) and a
    chat template; `end_ids` the ids that end an answer.
    """

    dim: int
    tokenizer: Any
    pad_id: int
    end_ids: tuple[int, ...]

    def embed(self, ids: Tensor) -> Tensor:
        """Token ids [B, P] to embeddings [B, P, D]."""
        raise NotImplementedError

    def forward(self, embeds: Tensor, mask: Tensor, positions: Tensor, cache: Any = None) -> tuple[Tensor, Any]:
        """Run the blocks.

        Args:
            embeds: [B, P, D].
            mask: [B, past + P] True where data is, the cached part included.
            positions: [B, P] position of each new token in its own sequence.
            cache: a `transformers` cache, or None.

        Returns:
            last hidden states [B, P, D] (after the final norm) and the cache, grown.
        """
        raise NotImplementedError

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states [..., D] to float32 logits [..., V]."""
        raise NotImplementedError

    def without_lora(self) -> "torch.autograd.profiler.record_function":
        """A context in which the LoRA is switched off: the reference policy."""
        raise NotImplementedError
