"""Trust in a group with only right or only wrong answers, whose judge cannot be tested within the group.

The paper (arXiv 2601.15668) trusts it fully: "one". Two other answers: "zero" leaves the reasoning reward out of such
groups, "running" compares with the mean score that the other kind of answer had in the steps before.

Advantages are normalised in each group, so a factor that all answers share cancels where the other rewards are level:
in a well-formed group "running" moves little, and matters where right form and reasoning have to be weighed. "zero"
makes such a group flat.
"""

from collections import deque
from typing import Any

import torch
from torch import Tensor

from zoo.rewards.trust import tau

Sums = tuple[float, float, float, float]  # scores of right answers and their number, of wrong ones and theirs


def sums(scores: Tensor, correct: Tensor) -> Tensor:
    """Return [4]: the sum of the scores of right answers, their number, and the same of wrong ones; [B, G] each.

    Answers without a score do not count. Being sums, they can be added over ranks.
    """
    kinds = [~scores.isnan() & kind for kind in (correct, ~correct)]
    return torch.stack([value for kind in kinds for value in (scores[kind].sum(), kind.sum().to(scores.dtype))])


class Running:
    """The mean scores of right and of wrong answers over the last `window` steps that are over."""

    def __init__(self, window: int) -> None:
        self.recent: deque[Sums] = deque(maxlen=window)

    def update(self, step: Tensor) -> None:
        """Take in the sums [4] of one step."""
        right, n_right, wrong, n_wrong = step.tolist()
        self.recent.append((right, n_right, wrong, n_wrong))

    def trust(self, scores: Tensor, correct: Tensor) -> float:
        """Return tau for a group that has one kind: its mean against the other kind's; 1 while that is not known."""
        scored = ~scores.isnan()
        right, n_right, wrong, n_wrong = torch.tensor([*self.recent, (0.0,) * 4]).sum(0)
        are_right = bool((scored & correct).any())
        if not scored.any() or not (n_wrong if are_right else n_right):
            return 1.0
        here = scores[scored].mean()
        return float(tau(here, wrong / n_wrong) if are_right else tau(right / n_right, here))

    def state_dict(self) -> dict[str, Any]:
        """Return the window."""
        return {"recent": [list(row) for row in self.recent]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the window; of one longer than this the last steps."""
        self.recent = deque(((a, b, c, d) for a, b, c, d in state["recent"]), maxlen=self.recent.maxlen)
