"""Clipping: how much of a recording lies on flat tops, where the microphone or the converter gave up."""

import numpy as np
from numpy.typing import NDArray

FLAT = 0.999  # of the channel's peak: a flat top moves less than this
RUN = 3  # samples in a row; a pure tone above 70 Hz at 16 kHz stays fewer up there


def clipped_share(channels: NDArray[np.float32]) -> float:
    """The share (0 to 1) of the samples [N, channels], as decoded, on flat tops, in the channel that has most.

    Flat tops below full scale count too. What was clipped and then resampled or coded with loss (MP3) is no longer
    flat and is missed.
    """
    return max((_flat(channel) for channel in channels.T), default=0.0)


def _flat(samples: NDArray[np.float32]) -> float:
    peak = float(np.abs(samples).max(initial=0.0))
    if not peak:
        return 0.0
    top = (samples >= FLAT * peak).astype(np.int8) - (samples <= -FLAT * peak).astype(np.int8)
    if not top.any():
        return 0.0
    starts = np.flatnonzero(np.diff(top, prepend=0))
    lengths = np.diff(starts, append=len(top))
    return float(lengths[(lengths >= RUN) & (top[starts] != 0)].sum() / len(top))
