"""What every scorer promises: a judge's marks of four criteria, read from a backbone that has read a trace."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from torch import Tensor, nn

Read = Callable[[Tensor, Tensor], Tensor]  # answers ids [S, L] and mask [S, L] -> the state after all of each, [S, D]
Logits = Callable[[Tensor], Tensor]  # states [..., D] -> the language model's logits [..., V]


class Scorer(nn.Module, ABC):
    """Traces to log-probabilities of marks.

    A subclass takes `*, dim, tokenizer` from the backbone and writes `forward` and `marks`.
    """

    @abstractmethod
    def forward(self, read: Read, logits: Logits, ids: Tensor, mask: Tensor, known: Tensor | None = None) -> Tensor:
        """Log-probabilities [S, 4, 5] of the marks 1 to 5 of each criterion, in the order of `criteria.CRITERIA`.

        Args:
            read: reads answers after their shared prompts.
            logits: what the language model would say next.
            ids: [S, L] traces, each without an end token.
            mask: [S, L], True where data is; padding last.
            known: [S, 4] the marks that are to be learnt, 1 to 5, for a scorer whose marks depend on those before.
        """

    @abstractmethod
    def marks(self, log_probs: Tensor) -> Tensor:
        """The marks [S, 4] that a judge with these log-probabilities [S, 4, 5] gives, in 1 to 5."""
