"""What speech sounds like, 10 ms by 10 ms, with the speaker and the microphone taken out: cepstra for comparison.

Mel-frequency cepstral coefficients after S. Davis & P. Mermelstein (1980), with their slopes. Two voices are compared,
a person's and eSpeak's, so the mean over the speech is removed. Dividing by each coefficient's own spread made onsets
worse (EmoDB, half the speakers), so one number scales all of them.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

FRAME_S, HOP_S = 0.025, 0.010
BANDS, COEFFICIENTS = 26, 13
BAND_HZ = (100.0, 7000.0)  # below a 16 kHz wave's upper end, so that waves of 16 and 22.05 kHz are alike
EMPHASIS = 0.97
SLOPE_FRAMES = 2  # on both sides: a slope over 50 ms
SLOPE_WEIGHT = 2.0  # slopes mark boundaries


def cepstra(samples: NDArray[np.float32], rate_hz: int, speech: NDArray[np.bool_] | slice) -> NDArray[np.float32]:
    """Cepstra and their slopes [T, 26], frame i centred at i * 10 ms, normalised over the frames that are `speech`.

    `speech` is a mask [T] or a slice of frames; `n_frames` says how many there are.
    """
    values = mel_levels(samples, rate_hz) @ _cosines().T
    mean, spread = values[speech].mean(axis=0), values[speech].std(axis=0)
    padded = np.pad(values, ((SLOPE_FRAMES, SLOPE_FRAMES), (0, 0)), "edge")
    steps = range(1, SLOPE_FRAMES + 1)
    n, k = len(values), SLOPE_FRAMES
    rises = np.sum([i * (padded[k + i : k + i + n] - padded[k - i : k - i + n]) for i in steps], axis=0)
    slopes = rises / (2 * sum(i * i for i in steps))
    scale = np.concatenate([spread, slopes[speech].std(axis=0)]).mean() + 1e-3
    weight = np.sqrt(COEFFICIENTS * (1 + SLOPE_WEIGHT**2))  # so that a distance does not grow with the coefficients
    both = np.concatenate([values - mean, SLOPE_WEIGHT * slopes], axis=1) / (scale * weight)
    return np.asarray(both, dtype=np.float32)


def n_frames(samples: NDArray[np.float32], rate_hz: int) -> int:
    """How many frames a wave has."""
    return int(len(samples) / (HOP_S * rate_hz)) + 1


def mel_levels(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Log power [T, 26] in bands of equal width in mel."""
    length = round(FRAME_S * rate_hz)
    emphasised = np.append(samples[:1], samples[1:] - EMPHASIS * samples[:-1])
    padded = np.pad(emphasised, (length // 2, length))
    at = np.round(np.arange(n_frames(samples, rate_hz)) * HOP_S * rate_hz).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[at] * np.hamming(length).astype(np.float32)
    n_fft = 1 << (length - 1).bit_length()
    power = np.square(np.abs(np.fft.rfft(frames, n_fft, axis=1))).astype(np.float32)
    return np.asarray(np.log(power @ _bands(rate_hz, n_fft).T + 1e-10), dtype=np.float32)


@cache
def _bands(rate_hz: int, n_fft: int) -> NDArray[np.float32]:
    """Triangles [bands, n_fft / 2 + 1], evenly spaced in mel."""
    mel = _mel(np.asarray(np.fft.rfftfreq(n_fft, 1 / rate_hz), dtype=np.float64))[None]
    low, high = _mel(np.array(BAND_HZ))
    corners = np.linspace(low, high, BANDS + 2)[:, None]
    rise = (mel - corners[:-2]) / (corners[1:-1] - corners[:-2])
    fall = (corners[2:] - mel) / (corners[2:] - corners[1:-1])
    return np.asarray(np.maximum(0, np.minimum(rise, fall)), dtype=np.float32)


def _mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(2595 * np.log10(1 + hz / 700), dtype=np.float64)


@cache
def _cosines() -> NDArray[np.float32]:
    """The first rows [13, 26] of the cosine transform."""
    rows, bands = np.arange(COEFFICIENTS)[:, None], np.arange(BANDS)[None]
    return np.asarray(np.sqrt(2 / BANDS) * np.cos(np.pi * rows * (bands + 0.5) / BANDS), dtype=np.float32)
