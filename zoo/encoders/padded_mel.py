"""Log-mel frames of a wave with silence behind it, as feature extractors that pad hand them to omni models."""

from torch import Tensor, nn

from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.encoders.log_mel import HOP, log_mel

SILENCE = 4  # frames behind the wave: its last sample reaches into two of them, a convolution of stride 2 into two more


def padded_mel(wave: Tensor, bands: int, limit_s: float) -> tuple[Tensor, int]:
    """A wave [N] to its log-mel spectrogram [M, T + SILENCE], and T = ceil(N / HOP), how many frames are data.

    It equals `WhisperFeatureExtractor` with `padding="max_length"` at `limit_s` seconds, of which more frames would be
    silence too: a frame is data if it begins in the wave, and the loudest frame sets the floor wherever it stands. As
    there, a wave that reaches the limit is followed by less silence or none.
    """
    size = -(-len(wave) // HOP)
    whole = min((size + SILENCE) * HOP, round(limit_s * SAMPLE_RATE_HZ))
    return log_mel(nn.functional.pad(wave, (0, max(0, whole - len(wave)))), bands), size
