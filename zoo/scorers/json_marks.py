"""Marks written as JSON by the language model itself, as the paper's reward model writes them: `judge-json`."""

from typing import Any

import torch
from torch import Tensor

from zoo.core.criteria import HIGHEST, LOWEST, NAMES
from zoo.core.errors import ZooError
from zoo.core.registry import scorers
from zoo.scorers.scorer import Scored, Scorer, Traces, last

DIGITS = [str(mark) for mark in range(LOWEST, HIGHEST + 1)]


@scorers.offer("judge-json")
class JsonScorer(Scorer):
    """Generates {"factual_alignment": 4, ...} after the trace; all but the digits is given, so that it always parses.

    Each mark is read by a forward pass of its own, with the marks before it in view. Nothing is trained beside the
    language model. After the reward model of arXiv 2601.15668.
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
        """See `Scorer.forward`; without `known` the likeliest mark is what the next one is read after."""
        found, ids, mask = [], traces.ids, traces.mask
        for criterion, text in enumerate(self.between):
            ids, mask = _append(ids, mask, torch.tensor(text, device=ids.device).expand(len(ids), -1))
            state = last(traces.read(ids, mask), mask)  # [S, D]
            found.append(traces.logits(state)[:, self.digits].log_softmax(-1))  # [S, 5]
            said = found[-1].argmax(-1) if known is None else known[:, criterion].long() - LOWEST
            ids, mask = _append(ids, mask, self.digits[said][:, None])
        return Scored(torch.stack(found, 1))

    def marks(self, log_probs: Tensor) -> Tensor:
        """The likeliest marks, as they are written."""
        return log_probs.argmax(-1).float() + LOWEST


def _append(ids: Tensor, mask: Tensor, more: Tensor) -> tuple[Tensor, Tensor]:
    """Put tokens [S, N] after the data of each row, not after its padding."""
    lengths, added = mask.sum(1, keepdim=True), more.shape[1]  # [S, 1]
    ids = torch.nn.functional.pad(ids, (0, added))
    ids = ids.scatter(1, lengths + torch.arange(added, device=ids.device), more)
    return ids, torch.arange(ids.shape[1], device=ids.device) < lengths + added
