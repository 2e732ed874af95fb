"""What every sentence embedder promises, and the one that needs no model: words counted, none of them weighed."""

from collections.abc import Sequence
from zlib import crc32

import torch
from torch import Tensor

from zoo.core.registry import embedders
from zoo.text.overlap import spoken

WIDTH = 4096  # places for words: among the some 500 of written captions few share one


class Embedder:
    """Turns sentences into vectors; alike sentences lie in like directions."""

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Return [N, D] of unit length, 0 for a text without words; on the CPU, without gradient."""
        raise NotImplementedError


@embedders.offer("bag-of-words")
class BagOfWords(Embedder):
    """Counts words by hash: needs nothing, and sees shared words alone, neither their order nor synonyms."""

    def embed(self, texts: Sequence[str]) -> Tensor:
        """See `Embedder.embed`."""
        counts = torch.zeros(len(texts), WIDTH)
        for row, text in enumerate(texts):
            for word in spoken(text).split():
                counts[row, crc32(word.encode("utf-8", "replace")) % WIDTH] += 1.0
        return torch.nn.functional.normalize(counts, dim=1)
