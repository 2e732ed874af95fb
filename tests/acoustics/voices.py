"""Voices made of pulses whose jitter, shimmer and noise are known."""

import numpy as np

from zoo.acoustics.wave import Wave
from zoo.core.legend import SAMPLE_RATE_HZ

FINER = 16  # pulses are placed on a grid this much finer than samples: jitter moves them by fractions of one


def voice(hz=120, seconds=2.0, jitter=0.0, shimmer=0.0, hnr_db=None, seed=0):
    """Pulses through two resonances and white noise: the wave, and the jitter and shimmer that it has by count."""
    rng = np.random.default_rng(seed)
    count = int(seconds * hz) - 2
    periods = (1 + jitter * rng.normal(size=count)) / hz
    heights = 1 + shimmer * rng.normal(size=count)
    pulses = np.zeros(round(seconds * SAMPLE_RATE_HZ) * FINER)
    pulses[np.round(np.cumsum(periods) * SAMPLE_RATE_HZ * FINER).astype(int)] = heights
    spectrum = np.fft.rfft(pulses)[: round(seconds * SAMPLE_RATE_HZ) // 2 + 1]
    samples = np.fft.irfft(spectrum * _vowel(len(spectrum)))
    samples *= 0.3 / np.abs(samples).max()
    if hnr_db is not None:
        samples += rng.normal(0, np.sqrt(np.mean(samples**2) * 10 ** (-hnr_db / 10)), len(samples))
    return Wave(samples.astype(np.float32)), _local(periods), _local(heights)


def _vowel(bins):
    """Formants at 500 and 1500 Hz, and a smooth end before half the sampling rate."""
    s = 2j * np.pi * np.linspace(0, SAMPLE_RATE_HZ / 2, bins)
    response = np.cos(np.linspace(0, np.pi / 2, bins)) ** 2 + 0j
    for formant_hz, width_hz in ((500, 120), (1500, 160)):
        pole = -np.pi * width_hz + 2j * np.pi * formant_hz
        response *= abs(pole) ** 2 / ((s - pole) * (s - np.conj(pole)))
    return response


def _local(values):
    return np.abs(np.diff(values)).mean() / values.mean()
