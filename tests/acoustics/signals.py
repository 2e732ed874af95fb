"""Signals whose answer is known by hand."""

import numpy as np

from zoo.acoustics.wave import Wave
from zoo.core.legend import SAMPLE_RATE_HZ


def times(seconds):
    return np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def tone(hz, seconds=1.0, amplitude=0.3, harmonics=(1,)):
    """Partials at the given multiples of `hz`, falling by 1/k."""
    t = times(seconds)
    wave = sum(np.sin(2 * np.pi * hz * k * t) / k for k in harmonics)
    return Wave((amplitude * wave / np.abs(wave).max()).astype(np.float32))


def glide(corners_hz, seconds=1.2):
    """A harmonic tone whose F0 moves through the corners, evenly in time, straight in semitones."""
    t = times(seconds)
    octaves = np.interp(t, np.linspace(0, seconds, len(corners_hz)), np.log2(corners_hz))
    phase = 2 * np.pi * np.cumsum(2**octaves) / SAMPLE_RATE_HZ
    return Wave((0.1 * sum(np.sin(k * phase) / k for k in range(1, 9))).astype(np.float32))


def padded(wave, before_s, after_s):
    """Digital silence around a wave."""
    ends = (round(before_s * SAMPLE_RATE_HZ), round(after_s * SAMPLE_RATE_HZ))
    return Wave(np.pad(wave.samples, ends))


def syllables(count, seconds, hz=120):
    """A harmonic tone that swells `count` times."""
    t = times(seconds)
    swell = np.sin(np.pi * count * t / seconds) ** 2
    return Wave((tone(hz, seconds, 0.5, range(1, 20)).samples * (0.03 + swell)).astype(np.float32))
