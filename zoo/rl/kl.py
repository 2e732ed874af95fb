"""The k3 estimator of KL(policy || reference), as in DeepSeekMath (Shao et al., 2024, arXiv 2402.03300, eq. 4)."""

from torch import Tensor


def k3(log_probs: Tensor, ref_log_probs: Tensor) -> Tensor:
    """Return exp(d) - d - 1 with d = reference - policy, token by token: two [S, L] -> [S, L].

    It is never negative, 0 where both agree, and unbiased for tokens that the policy sampled.
    """
    difference = ref_log_probs - log_probs
    return difference.exp() - difference - 1.0
