"""Whisper's log-mel spectrogram of a wave at the wave's own length, by torch."""

from functools import cache

import torch
from torch import Tensor

from zoo.core.legend import SAMPLE_RATE_HZ

WINDOW = 400  # samples, 25 ms; Whisper's numbers (arXiv 2212.04356, section 2.2)
HOP = 160  # samples, 10 ms
RANGE = 8.0  # decades below the loudest bin that are kept; quieter bins are lifted to that floor


def log_mel(wave: Tensor, bands: int) -> Tensor:
    """A wave [N] at 16 kHz to its log-mel spectrogram [M, N // HOP], as `WhisperFeatureExtractor` without padding.

    A wave shorter than one window is filled up with silence to one window.
    """
    wave = torch.nn.functional.pad(wave.float(), (0, max(0, WINDOW - wave.shape[-1])))
    with torch.autocast(wave.device.type, enabled=False):  # bfloat16 would blur quiet bands
        window = torch.hann_window(WINDOW, device=wave.device)
        spectrum = torch.stft(wave, WINDOW, HOP, window=window, return_complex=True)[..., :-1]
        power = _filters(bands).to(wave.device) @ spectrum.abs().square()  # [M, T]
    log_power = power.clamp(min=1e-10).log10()
    return (torch.maximum(log_power, log_power.max() - RANGE) + 4.0) / 4.0


@cache
def _filters(bands: int) -> Tensor:
    """The library's own mel filters [M, WINDOW // 2 + 1]."""
    from transformers.audio_utils import mel_filter_bank

    weights = mel_filter_bank(
        1 + WINDOW // 2, bands, 0.0, SAMPLE_RATE_HZ / 2, SAMPLE_RATE_HZ, norm="slaney", mel_scale="slaney"
    )
    return torch.from_numpy(weights).float().T.contiguous()
