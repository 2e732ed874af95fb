"""What every backbone promises: a causal language model with its tokenizer, reachable by embeddings and a KV cache."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from zoo.backbones import cache as caches
from zoo.backbones import cut, lora
from zoo.backbones.decoding import Decoder, decoder
from zoo.backbones.lora import Lora as Lora  # what a recipe writes under `lora:`
from zoo.backbones.on_cpu import on_cpu
from zoo.core.sharding import whole

if not (torch.cuda.is_available() or torch.backends.mps.is_available()):
    # On a CPU PyTorch's attention reads grouped key heads as they are; `transformers` would copy them for every query
    # head, which is 8 % of the memory of an update of SmolLM2-135M (docs/performance.md).
    os.environ.setdefault("TRANSFORMERS_SDPA_FORCE_GQA", "1")


class Backbone(nn.Module):
    """A `transformers` causal LM behind the few doors the zoo needs.

    `dim` is the width of its embeddings; `tokenizer` a fast tokenizer with a pad token (padding id `pad_id`) and a
    chat template; `end_id` closes an answer that is learnt, `end_ids` end one that is sampled. A subclass sets them and
    `language_model`; one whose chat has words of its own round the audio states them in `around_audio`, before and
    after it.
    """

    dim: int
    tokenizer: Any
    pad_id: int
    end_id: int
    end_ids: tuple[int, ...]
    checkpointing: bool = False
    around_audio: tuple[str, str] = ("", "\n")
    language_model: Any  # a `transformers` model with a base model and an output layer

    def embed(self, ids: Tensor) -> Tensor:
        """Token ids [B, P] to embeddings [B, P, D]."""
        return self.language_model.get_input_embeddings()(ids)

    def forward(
        self, embeds: Tensor, mask: Tensor, positions: Tensor, cache: Any = None, keep: bool = True
    ) -> tuple[Tensor, Any]:
        """Run the blocks. Gradients flow through the cache to what filled it.

        Args:
            embeds: [B, P, D].
            mask: [B, past + P] True where data is, the cached part included; padding may be on either side. Or
                [B, 1, P, past + P], True where a new token (third axis) sees one (last axis).
            positions: [B, P] position of each new token in its own sequence.
            cache: a `transformers` cache, or None. It is grown in place: give its `rows` to keep it.
            keep: whether a cache is wanted.

        Returns:
            last hidden states [B, P, D] (after the final norm) and the cache, grown; None if none is wanted.
        """
        # The blocks computed again in the backward pass must find what they found, so they keep peft's casts.
        with lora.cast_once(
            self.language_model, torch.is_autocast_enabled(embeds.device.type) and not self.checkpoints
        ):
            done = self.language_model.base_model(
                inputs_embeds=embeds.to(self.language_model.get_input_embeddings().weight.dtype),  # an adapter: float32
                attention_mask=mask if mask.ndim == 4 else mask.long(),
                position_ids=positions,
                past_key_values=cache,
                use_cache=keep,
            )
        return done.last_hidden_state, done.past_key_values

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states [..., D] to float32 logits [..., V]."""
        return self.language_model.get_output_embeddings()(hidden).float()

    @property
    def vocabulary(self) -> int:
        """V, how many logits a position has."""
        return int(self.language_model.get_output_embeddings().weight.shape[0])

    @property
    def shares_prompts(self) -> bool:
        """Whether many answers may go on from one prompt; if not, that is said once, and each reads its own."""
        if caches.is_plain(self.language_model):
            return True
        _say_once(type(self.language_model).__name__)
        return False

    @property
    def checkpoints(self) -> bool:
        """Whether the blocks forget what they can compute again (gradient checkpointing), and with it any cache."""
        return self.training and self.checkpointing

    def rows(self, cache: Any, index: Tensor) -> Any:
        """A new cache of the rows `index` [S] of a cache of B prompts, any row any number of times.

        The cache given is not touched, so a prompt encoded once serves any number of answers; the gradients of all
        of them add up in it.
        """
        return caches.rows(cache, index)

    def decoder(self, cache: Any, mask: Tensor, group_size: int, most_tokens: int) -> Decoder:
        """The fastest way to go on from the B prompts in a cache, G answers each, a token of every answer at a time.

        Args:
            cache: as `forward` gave it; without `shares_prompts`, of as many prompts as answers.
            mask: [B, P] True where the prompts' data is.
            group_size: G.
            most_tokens: how many steps may be taken.
        """
        return decoder(self, cache, mask, group_size, most_tokens)

    def cut(self, mesh: Any) -> None:
        """Cut the blocks over a mesh of ranks of one axis; from then on these ranks do everything together.

        Raises:
            ZooError: they cannot be cut so.
        """
        cut.cut(self.language_model, mesh)

    @contextmanager
    def without_lora(self) -> Iterator[None]:
        """A context in which the LoRA is switched off: the reference policy.

        Raises:
            ZooError: there is no LoRA to switch off, or it is merged just now.
        """
        with lora.switched_off(self.language_model):
            yield

    @contextmanager
    def merged(self) -> Iterator[None]:
        """A context for sampling: the LoRA is added into the weights; on a CPU they may be packed, or one thread used.

        Everything comes back bit for bit. Nothing may be trained in it. Of a model in pieces each rank has a whole in
        it, gathered once: all ranks enter together, and then each takes as many steps as its answers need.
        """
        training = self.language_model.training
        self.language_model.eval()  # in training, blocks that forget what they can compute again keep no cache
        try:
            with whole(self), lora.merged(self.language_model), on_cpu(self.language_model):
                yield
        finally:
            self.language_model.train(training)


@cache
def _say_once(name: str) -> None:
    warnings.warn(
        f"{name} keeps a cache of its own kind (a sliding window, a recurrent state): each answer reads its own prompt",
        stacklevel=3,
    )
