"""What every scorer promises: a judge's marks of four criteria, read from a backbone that has read a trace."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Read = Callable[[Tensor, Tensor], Tensor]  # ids [S, L], mask [S, L] -> the state after each token [S, L, D]
Logits = Callable[[Tensor], Tensor]  # states [..., D] -> the language model's logits [..., V]


@dataclass(frozen=True)
class Traces:
    """S traces to be marked, and how to read them."""

    ids: Tensor  # [S, L], each without an end token
    mask: Tensor  # [S, L], True where data is; padding last
    claims: Tensor  # [S, L], True on the last token of every claim about the voice
    read: Read
    logits: Logits


@dataclass(frozen=True)
class Scored:
    """Log-probabilities [S, 4, 5] of marks 1 to 5, criteria in the order of `criteria.CRITERIA`, and what they rest on.

    `truth` [C] holds the log-odds that each claim is true of the voice, in the order of `Traces.claims.nonzero()`; None
    from a scorer that does not look at single claims.
    """

    log_probs: Tensor
    truth: Tensor | None = None


class Scorer(nn.Module, ABC):
    """Traces to log-probabilities of marks.

    A subclass takes `*, dim, tokenizer` from the backbone and writes `forward` and `marks`.
    """

    @abstractmethod
    def forward(self, traces: Traces, known: Tensor | None = None) -> Scored:
        """Score traces; `known` [S, 4] are marks to be learnt, for a scorer whose marks depend on those before."""

    @abstractmethod
    def marks(self, log_probs: Tensor) -> Tensor:
        """The marks [S, 4] that a judge with these log-probabilities [S, 4, 5] gives, in 1 to 5."""


def last(states: Tensor, mask: Tensor) -> Tensor:
    """Of states [S, L, D] those at the end of each row's data, [S, D]."""
    return states[torch.arange(len(states), device=states.device), mask.sum(1) - 1]
