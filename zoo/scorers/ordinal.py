"""Marks read off the state at the end of a trace: `judge-head`, a whole group in one forward pass."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from zoo.core.criteria import CRITERIA, HIGHEST, LOWEST
from zoo.core.registry import scorers
from zoo.scorers.scorer import Logits, Read, Scorer

CUTS = HIGHEST - LOWEST  # between neighbouring marks


@scorers.offer("judge-head")
class OrdinalScorer(Scorer):
    """Four ordinal outputs at the end of the trace.

    Proportional odds (McCullagh 1980): of each criterion one quality q, and P(mark > k) = sigmoid(q - cut_k) with cuts
    in order, so that a mark that is wrong by three costs more than one that is wrong by one.
    """

    def __init__(self, hidden: int = 128, dropout: float = 0.1, *, dim: int, tokenizer: Any) -> None:
        """Set up; `hidden` units between the state and the qualities."""
        super().__init__()
        self.quality = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, len(CRITERIA))
        )
        self.first_cut = nn.Parameter(torch.full((len(CRITERIA),), -CUTS / 2))
        self.gaps = nn.Parameter(torch.full((len(CRITERIA), CUTS - 1), 0.5))  # before softplus

    def forward(self, read: Read, logits: Logits, ids: Tensor, mask: Tensor, known: Tensor | None = None) -> Tensor:
        """See `Scorer.forward`."""
        quality = self.quality(read(ids, mask)).float()  # [S, 4]
        cuts = self.first_cut[:, None] + functional.pad(functional.softplus(self.gaps).cumsum(1), (1, 0))  # [4, 4]
        over = quality[..., None] - cuts  # [S, 4, 4], log-odds of a mark above each cut
        above, below = functional.logsigmoid(over), functional.logsigmoid(-over)
        # log(sigmoid(a) - sigmoid(b)) for a > b, without subtracting two numbers that are nearly one
        between = above[..., :-1] + below[..., 1:] + torch.log(-torch.expm1(over[..., 1:] - over[..., :-1]))
        return torch.cat([below[..., :1], between, above[..., -1:]], -1)

    def marks(self, log_probs: Tensor) -> Tensor:
        """The expected marks, which order traces more finely than whole ones."""
        return log_probs.exp() @ torch.arange(LOWEST, HIGHEST + 1.0, device=log_probs.device)
