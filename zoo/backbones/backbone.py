"""What every backbone promises: a causal language model with its tokenizer, reachable by embeddings and a KV cache."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from zoo.backbones import cache as caches
from zoo.backbones import lora
from zoo.backbones.lora import Lora as Lora  # what a recipe writes under `lora:`


class Backbone(nn.Module):
    """A `transformers` causal LM behind the few doors the zoo needs.

    `dim` is the width of its embeddings; `tokenizer` a fast tokenizer with a pad token (padding id `pad_id`) and a
    chat template; `end_ids` the ids that end an answer. A subclass sets them and `language_model`.
    """

    dim: int
    tokenizer: Any
    pad_id: int
    end_ids: tuple[int, ...]
    language_model: Any  # a `transformers` model with a base model and an output layer

    def embed(self, ids: Tensor) -> Tensor:
        """Token ids [B, P] to embeddings [B, P, D]."""
        return self.language_model.get_input_embeddings()(ids)

    def forward(self, embeds: Tensor, mask: Tensor, positions: Tensor, cache: Any = None) -> tuple[Tensor, Any]:
        """Run the blocks. Gradients flow through the cache to what filled it.

        Args:
            embeds: [B, P, D].
            mask: [B, past + P] True where data is, the cached part included; padding may be on either side.
            positions: [B, P] position of each new token in its own sequence.
            cache: a `transformers` cache, or None. It is grown in place: give an `expand`ed copy to keep it.

        Returns:
            last hidden states [B, P, D] (after the final norm) and the cache, grown.
        """
        done = self.language_model.base_model(
            inputs_embeds=embeds.to(self.language_model.get_input_embeddings().weight.dtype),  # an adapter is float32
            attention_mask=mask.long(),
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
        )
        return done.last_hidden_state, done.past_key_values

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states [..., D] to float32 logits [..., V]."""
        return self.language_model.get_output_embeddings()(hidden).float()

    def expand(self, cache: Any, times: int) -> Any:
        """A cache of B utterances to a new one of B * times, each utterance's copies side by side.

        The cache given is not touched, so a prompt encoded once serves any number of groups; gradients of every copy
        add up in it.
        """
        return caches.expand(cache, times)

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
        """A context for sampling in which the LoRA is added into the weights; they come back bit for bit.

        Without a LoRA it changes nothing.
        """
        with lora.merged(self.language_model):
            yield
