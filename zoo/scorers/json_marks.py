"""Marks written as JSON by the language model itself, as the paper's reward model writes them: `judge-json`."""

from typing import Any

import torch
from torch import Tensor

from zoo.core.criteria import HIGHEST, LOWEST, NAMES
from zoo.core.errors import ZooError
from zoo.core.registry import scorers
from zoo.scorers.scorer import Scored, Scorer, Traces

DIGITS = [str(mark) for mark in range(LOWEST, HIGHEST + 1)]


@scorers.offer("judge-json")
class JsonScorer(Scorer):
    """Generates {"factual_alignment": 4, ...} after the trace; all but the digits is given, so that it always parses.

    Each mark is read with the marks before it in view. Nothing is trained beside the language model. After the reward
    model of arXiv 2601.15668.
    """

    def __init__(self, *, dim: int, tokenizer: Any) -> None:
        super().__init__()
        names = list(NAMES.values())
        openings = ["\n{" + f'"{names[0]}": ', *(f', "{name}": ' for name in names[1:])]
        self.between = [tokenizer.encode(text, add_special_tokens=False) for text in openings]
        digits = [tokenizer.encode(digit, add_special_tokens=False) for digit in DIGITS]
        if any(len(ids) != 1 for ids in digits):
            raise ZooError("judge-json needs a tokenizer with a token for each digit; use scorer.name=judge-head")
        self.digits: Tensor
        self.register_buffer("digits", torch.tensor([ids[0] for ids in digits]), persistent=False)

    def forward(self, traces: Traces, known: Tensor | None = None) -> Scored:
        """See `Scorer.forward`; without `known` each mark is read after the likeliest ones before it.

        All are guessed and read together, and read again after what was found, until nothing changes: the same as one
        after another, in one to four passes (Santilli et al. 2023, arXiv 2305.10427).
        """
        if known is not None:
            return Scored(self._read(traces, known.long() - LOWEST))
        marks = torch.full((len(traces.ids), len(self.between)), len(DIGITS) - 1, device=traces.ids.device)
        for _ in self.between:  # each pass makes one more right, from the first
            found = self._read(traces, marks)
            before, marks = marks, found.argmax(-1)
            if torch.equal(marks[:, :-1], before[:, :-1]):  # nothing is read after the last
                break
        return Scored(found)

    def _read(self, traces: Traces, marks: Tensor) -> Tensor:
        """Log-probabilities [S, 4, 5] of each mark after its criterion's name and the given marks [S, 4], from 0."""
        ends, ids, mask = [], traces.ids, traces.mask
        for text, mark in zip(self.between, marks.unbind(1), strict=True):
            ids, mask = _append(ids, mask, torch.tensor(text, device=ids.device).expand(len(ids), -1))
            ends.append(mask.sum(1) - 1)
            ids, mask = _append(ids, mask, self.digits[mark][:, None])
        rows = torch.arange(len(ids), device=ids.device)[:, None]
        states = traces.read(ids, mask)[rows, torch.stack(ends, 1)]  # [S, 4, D]
        return traces.logits(states)[..., self.digits].log_softmax(-1)

    def marks(self, log_probs: Tensor) -> Tensor:
        """The likeliest marks, as they are written."""
        return log_probs.argmax(-1).float() + LOWEST


def _append(ids: Tensor, mask: Tensor, more: Tensor) -> tuple[Tensor, Tensor]:
    """Put tokens [S, N] after the data of each row, not after its padding."""
    lengths, added = mask.sum(1, keepdim=True), more.shape[1]  # [S, 1]
    ids = torch.nn.functional.pad(ids, (0, added))
    ids = ids.scatter(1, lengths + torch.arange(added, device=ids.device), more)
    return ids, torch.arange(ids.shape[1], device=ids.device) < lengths + added
