"""A published sentence model as an embedder (Reimers and Gurevych, 2019, arXiv 1908.10084)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.hub import folder
from zoo.core.pretrained import configuration, quiet
from zoo.core.registry import embedders
from zoo.rewards.embedder import Embedder

LONGEST = 256  # tokens of a sentence, as all-MiniLM-L6-v2 was trained; a caption has fewer


@embedders.offer("sentence-model", hub="sentence-transformers/all-MiniLM-L6-v2", licence="Apache-2.0")
class SentenceModel(Embedder):
    """The mean of a text encoder's last hidden states over the tokens of a sentence, scaled to unit length."""

    def __init__(self, weights: str | None = None, *, hub: str) -> None:
        """Load it; `weights` is a folder or hub name, all-MiniLM-L6-v2 if null.

        Raises:
            ZooError: it is not there, or it is no text encoder with a tokenizer.
        """
        from transformers import AutoModel, AutoTokenizer

        place = folder(weights or hub)
        configuration(str(place))
        try:
            with quiet():
                self.tokenizer = AutoTokenizer.from_pretrained(place)
                self.model = AutoModel.from_pretrained(place, use_safetensors=True).eval().requires_grad_(False)
        except (OSError, ValueError) as error:
            raise ZooError(f"{place} holds no sentence model: {str(error).splitlines()[0]}") from None

    @torch.no_grad()
    def embed(self, texts: Sequence[str]) -> Tensor:
        """See `Embedder.embed`."""
        rows = self.tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        hidden = self.model(**rows).last_hidden_state  # [N, L, D]
        mask = rows["attention_mask"][..., None].to(hidden.dtype)  # [N, L, 1]
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(mean.float(), dim=1)
