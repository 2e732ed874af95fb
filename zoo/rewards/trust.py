"""The trust weight of GRPO-PTR (arXiv 2601.15668): how far a group's reasoning scores agree with what is right."""

import torch
from torch import Tensor


def trust_weight(scores: Tensor, correct: Tensor, one_sided: Tensor | float = 1.0) -> Tensor:
    """Return tau in (0, 1], a scalar, for one group: scores [G], correct bool [G].

    With m_c and m_w the mean scores of the right and the wrong answers, tau is 1 where m_c >= m_w, else
    exp(m_c - m_w): a judge that likes the wrong answers better is trusted less. A group that has only one of the two
    kinds gives `one_sided`, 1 in the paper. Answers without a score (NaN) do not count. Adding a constant to every
    score changes nothing.
    """
    scored = ~scores.isnan()
    right, wrong = scored & correct, scored & ~correct
    if not (right.any() and wrong.any()):
        return scores.new_tensor(float(one_sided))
    return tau(scores[right].mean(), scores[wrong].mean())


def tau(right: Tensor, wrong: Tensor) -> Tensor:
    """Return exp(m_c - m_w), at most 1, from the two mean scores."""
    return torch.exp((right - wrong).clamp(max=0.0))
