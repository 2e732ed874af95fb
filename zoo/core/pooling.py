"""Statistics pooling (Snyder et al. 2018, x-vectors): frames [B, T, D] to mean and spread over time, each [B, D]."""

from torch import Tensor

VARIANCE_FLOOR = 1e-5  # keeps the gradient of the spread finite where all frames are equal


def statistics(frames: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation [B, D] over the frames that are data, by a mask [B, T]."""
    share = mask[..., None] / mask.sum(1).clamp(min=1)[:, None, None]  # [B, T, 1]
    mean = (frames * share).sum(1)
    variance = ((frames - mean[:, None]).square() * share).sum(1)
    return mean, (variance + VARIANCE_FLOOR).sqrt()
