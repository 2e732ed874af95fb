"""The trust weight of GRPO-PTR (arXiv 2601.15668): how far a group's reasoning scores agree with what is right."""

import torch
from torch import Tensor


def trust_weight(scores: Tensor, correct: Tensor) -> Tensor:
    """Return tau in (0, 1], a scalar, for one group: scores [G], correct bool [G].

    With m_c and m_w the mean scores of the right and the wrong answers, tau is 1 where m_c >= m_w or where the group
    has only one of the two kinds, else exp(m_c - m_w): a judge that likes the wrong answers better is trusted less.
    Answers without a score (NaN) do not count. Adding a constant to every score changes nothing.
    """
    scored = ~scores.isnan()
    right, wrong = scored & correct, scored & ~correct
    if not (right.any() and wrong.any()):
        return scores.new_ones(())
    return torch.exp((scores[right].mean() - scores[wrong].mean()).clamp(max=0.0))
