"""Marks read off the state at the end of a trace: `judge-head`, a whole group in one forward pass."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from zoo.core.criteria import CRITERIA, HIGHEST, LOWEST
from zoo.core.registry import scorers
from zoo.scorers.scorer import Scored, Scorer, Traces, last

CUTS = HIGHEST - LOWEST  # between neighbouring marks


@scorers.offer("judge-head")
class OrdinalScorer(Scorer):
    """Four ordinal outputs at the end of the trace.

    Proportional odds (McCullagh 1980): of each criterion one quality q, and P(mark > k) = sigmoid(q - cut_k) with cuts
    in order, so that a mark that is wrong by three costs more than one that is wrong by one. Factual alignment also
    rests on each claim by itself: at its last word the head says whether it is true of the voice.
    """

    def __init__(self, hidden: int = 128, dropout: float = 0.1, *, dim: int, tokenizer: Any) -> None:
        """Set up; `hidden` units between a state and what is read from it."""
        super().__init__()
        self.quality = _read_out(dim, hidden, dropout, len(CRITERIA))
        self.truth = _read_out(dim, hidden, dropout, 1)
        self.of_claims = nn.Parameter(torch.ones(()))
        self.first_cut = nn.Parameter(torch.full((len(CRITERIA),), -CUTS / 2))
        self.gaps = nn.Parameter(torch.full((len(CRITERIA), CUTS - 1), 0.5))  # before softplus

    def forward(self, traces: Traces, known: Tensor | None = None) -> Scored:
        """See `Scorer.forward`."""
        states = traces.read(traces.ids, traces.mask)  # [S, L, D]
        truth = self.truth(states[traces.claims])[:, 0].float()  # [C]
        quality = self.quality(last(states, traces.mask)).float()  # [S, 4]
        share = self.of_claims * _mean(truth.tanh(), traces.claims)  # [S], 0 where nothing is claimed
        quality = quality + share[:, None] * torch.tensor([name == "factual" for name in CRITERIA], device=share.device)
        cuts = self.first_cut[:, None] + functional.pad(functional.softplus(self.gaps).cumsum(1), (1, 0))  # [4, 4]
        over = quality[..., None] - cuts  # [S, 4, 4], log-odds of a mark above each cut
        above, below = functional.logsigmoid(over), functional.logsigmoid(-over)
        # log(sigmoid(a) - sigmoid(b)) for a > b, without subtracting two numbers that are nearly one
        between = above[..., :-1] + below[..., 1:] + torch.log(-torch.expm1(over[..., 1:] - over[..., :-1]))
        return Scored(torch.cat([below[..., :1], between, above[..., -1:]], -1), truth)

    def marks(self, log_probs: Tensor) -> Tensor:
        """The expected marks, which order traces more finely than whole ones."""
        return log_probs.exp() @ torch.arange(LOWEST, HIGHEST + 1.0, device=log_probs.device)


def _read_out(dim: int, hidden: int, dropout: float, out: int) -> nn.Module:
    return nn.Sequential(
        nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, out)
    )


def _mean(values: Tensor, places: Tensor) -> Tensor:
    """The mean of values [C] over each row of places [S, L], True at C places; 0 for a row without one."""
    whole = torch.zeros(places.shape, device=values.device, dtype=values.dtype).masked_scatter(places, values)
    return whole.sum(1) / places.sum(1).clamp(min=1)
