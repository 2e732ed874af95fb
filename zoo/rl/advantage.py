"""Group-normalised advantages of GRPO (Shao et al., DeepSeekMath, 2024, arXiv 2402.03300, section 4.1.2)."""

from torch import Tensor

SPREAD = 1e-6  # rewards nearer than this are the same: sums of weights in float32 differ by less


def group_advantages(rewards: Tensor, eps: float = 1e-4) -> Tensor:
    """Return (R - mean) / (std + eps) within each group: [B, G] -> [B, G].

    The standard deviation is the sample's (divided by G - 1), as in TRL; the papers write `std` alone. A group without
    spread, and so every group of one, gives zeros: it says nothing of which answer was better. NaN rewards stay NaN; no
    reward of the zoo's total is NaN.
    """
    if rewards.ndim != 2:
        raise ValueError(f"rewards are [B, G], not {tuple(rewards.shape)}")
    flat = no_spread(rewards)  # [B]
    if rewards.shape[1] < 2:
        return rewards * 0.0
    centred = rewards - rewards.mean(dim=1, keepdim=True)  # [B, G]
    scaled = centred / (rewards.std(dim=1, keepdim=True) + eps)
    return scaled.masked_fill(flat[:, None], 0.0)


def no_spread(rewards: Tensor) -> Tensor:
    """Return which groups have one reward throughout and so teach nothing ("loss 0, grad 0"): [B, G] -> bool [B]."""
    return (rewards.amax(dim=1) - rewards.amin(dim=1)) < SPREAD
