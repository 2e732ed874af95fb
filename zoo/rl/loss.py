"""The clipped GRPO objective with a KL penalty (Shao et al., DeepSeekMath, 2024, arXiv 2402.03300, eq. 3).

In: log-probabilities of the sampled answer tokens under the policy. Out: one loss to go down, and what to log.
The average "token" is that of DAPO (Yu et al., 2025, arXiv 2503.14476): tokens weigh the same, whatever their answer.
"""

from typing import Literal

import torch
from torch import Tensor

from zoo.rl.kl import k3

Average = Literal["answer", "token"]


def grpo_loss(
    log_probs: Tensor,
    advantages: Tensor,
    mask: Tensor,
    *,
    old_log_probs: Tensor | None = None,
    ref_log_probs: Tensor | None = None,
    clip: float = 0.2,
    kl: float = 0.04,
    average: Average = "answer",
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the loss and detached `kl` and `clip_share`, both means over tokens.

    `log_probs` [S, L] of S = B * G answers, `advantages` [S], `mask` bool [S, L], True on answer tokens. Without
    `old_log_probs` there is one update a rollout: the ratio is 1, its gradient that of the policy. Without
    `ref_log_probs` there is no KL penalty. Answers without a token do not count; with none at all the loss is 0.
    What stands at masked positions, even -inf or NaN, changes neither loss nor gradient.
    """
    _check(log_probs, advantages, mask, average)
    policy = _keep(log_probs, mask)
    old = policy.detach() if old_log_probs is None else _keep(old_log_probs, mask).detach()
    gain = advantages.detach()[:, None]  # [S, 1]
    ratio = (policy - old).exp()  # [S, L]
    clipped = ratio.clamp(1.0 - clip, 1.0 + clip)
    loss = -torch.minimum(ratio * gain, clipped * gain)
    divergence = torch.zeros_like(loss)
    if ref_log_probs is not None:
        divergence = k3(policy, _keep(ref_log_probs, mask).detach())
        loss = loss + kl * divergence
    stats = {
        "kl": _over_tokens(divergence.detach(), mask),
        "clip_share": _over_tokens((clipped * gain < ratio * gain).to(loss.dtype).detach(), mask),
    }
    return (_over_answers if average == "answer" else _over_tokens)(loss, mask), stats


def _keep(values: Tensor, mask: Tensor) -> Tensor:
    """Zero the masked positions before any arithmetic: 0 * NaN is NaN, in the gradient too."""
    return torch.where(mask, values, torch.zeros_like(values))


def _over_answers(values: Tensor, mask: Tensor) -> Tensor:
    """The mean over each answer's tokens, then over the answers that have any: [S, L] -> scalar."""
    tokens = mask.sum(dim=1)  # [S]
    means = _keep(values, mask).sum(dim=1) / tokens.clamp(min=1)
    return means.sum() / (tokens > 0).sum().clamp(min=1)


def _over_tokens(values: Tensor, mask: Tensor) -> Tensor:
    """The mean over all answer tokens: [S, L] -> scalar."""
    return _keep(values, mask).sum() / mask.sum().clamp(min=1)


def _check(log_probs: Tensor, advantages: Tensor, mask: Tensor, average: str) -> None:
    if log_probs.ndim != 2 or mask.shape != log_probs.shape or advantages.shape != log_probs.shape[:1]:
        shapes = [tuple(t.shape) for t in (log_probs, advantages, mask)]
        raise ValueError(f"log_probs, advantages and mask are [S, L], [S] and [S, L], not {shapes}")
    if mask.dtype != torch.bool:
        raise ValueError(f"mask is boolean and True on answer tokens, not {mask.dtype}")
    if average not in ("answer", "token"):
        raise ValueError(f'average is "answer" or "token", not {average!r}')
