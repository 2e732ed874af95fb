"""A neutral reading bent towards an emotion by WORLD: height, range, contour, breath, creak, tremor, tilt and level.

Every utterance takes the same way through the vocoder, neutral ones too, so that its sound gives no emotion away.
Words stay where they are. M. Morise, F. Yokomori, K. Ozawa, "WORLD", IEICE Transactions E99-D(7), 2016.
"""

import math

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.edit_f0 import accents
from zoo.acoustics.vocoder import FRAME_MS, Parts, put_together, take_apart
from zoo.acoustics.world import world
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.data.prosodia_rules import Asked

NEUTRAL_DBFS = -27.0  # leaves an angry utterance 8 dB louder and its peaks below full scale
NOISE_DBFS = (-75.0, -65.0)  # a quiet room
FFT_BLOCKS = 16  # of the smallest pair of lengths that the two rates share
SILENCE_S = (0.06, 0.18)  # before and after the words
TREMOR_HZ = 6.0
TILT_FROM_HZ = 500.0
BREATH_FROM_HZ, BREATH_FULL_HZ = 500.0, 3000.0
TAIL_FROM = 2 / 3  # of the spoken time
ARCH_TOP = 0.6
PEAK = 0.98

Samples = NDArray[np.float64]


def bend(reading: NDArray[np.int16], rate_hz: int, asked: Asked, noise: np.random.Generator) -> Samples:
    """Give a neutral reading the prosody that is asked for.

    Args:
        reading: samples of a neutral reading at `rate_hz`.
        rate_hz: their rate.
        asked: changes against the reading.
        noise: source of jitter, room noise and the silences' lengths.

    Returns:
        Samples at 16 kHz, full scale 1.0, silence before and after.
    """
    samples = _trimmed(_at_16_khz(reading / 32768.0, rate_hz))
    vocoder = world()
    rough, times_s = vocoder.dio(samples, SAMPLE_RATE_HZ, f0_floor=50.0, f0_ceil=600.0, frame_period=FRAME_MS)
    f0_hz = vocoder.stonemask(samples, rough, times_s, SAMPLE_RATE_HZ)
    parts = take_apart(samples, SAMPLE_RATE_HZ, f0_hz, times_s)
    bent_hz = _bent_f0(f0_hz, asked, noise)
    hz = np.linspace(0.0, SAMPLE_RATE_HZ / 2, parts.spectrum.shape[1])
    spectrum = parts.spectrum * _tilt(hz, asked.tilt_db) * _tremble(len(f0_hz), asked.tremor_st)[:, None]
    breathy = 1.0 - (1.0 - parts.aperiodicity) * (1.0 - _breath(hz, asked))
    spoken = put_together(Parts(bent_hz, spectrum, breathy, SAMPLE_RATE_HZ))
    return _in_a_room(_levelled(spoken, NEUTRAL_DBFS + asked.level_db), noise)


def _bent_f0(f0_hz: Samples, asked: Asked, noise: np.random.Generator) -> Samples:
    """The new F0 [T], 0 where unvoiced."""
    voiced = f0_hz > 0
    if not asked.voiced or not voiced.any():
        return np.zeros_like(f0_hz)
    middle_hz = np.median(f0_hz[voiced])
    semitones = np.zeros_like(f0_hz)
    where = np.flatnonzero(voiced)
    time = np.clip((np.arange(len(f0_hz)) - where[0]) / max(1, where[-1] - where[0]), 0, 1)
    semitones[voiced] = accents(12 * np.log2(f0_hz[voiced] / middle_hz), time[voiced]) * asked.range
    shape = contour(time, asked)
    semitones += shape - np.median(shape[voiced])
    semitones += asked.tremor_st * np.sin(2 * np.pi * TREMOR_HZ * np.arange(len(f0_hz)) * FRAME_MS / 1000)
    jitter = 1 + asked.creak * noise.uniform(-1, 1, len(f0_hz)) * (time > 0.5)
    bent: Samples = np.where(voiced, middle_hz * asked.pitch * 2 ** (semitones / 12) * jitter, 0.0)
    return np.where(voiced, np.clip(bent, 45.0, 680.0), 0.0)


def contour(time: Samples, asked: Asked) -> Samples:
    """The asked contour in semitones at each time, 0 the first voiced frame and 1 the last."""
    arch = np.interp(time, [0, ARCH_TOP, 1], [0, np.pi / 2, np.pi])
    tail = np.clip((time - TAIL_FROM) / (1 - TAIL_FROM), 0, 1)
    shape: Samples = asked.slope_st * (time - 0.5) + asked.arch_st * np.sin(arch) + asked.tail_st * tail
    return shape


def _tilt(hz: Samples, db_per_octave: float) -> Samples:
    octaves = np.log2(np.maximum(hz, TILT_FROM_HZ) / TILT_FROM_HZ)
    return np.asarray(10 ** (db_per_octave * octaves / 10))  # of power


def _tremble(frames: int, tremor_st: float) -> Samples:
    """Power [T]: loudness trembles with F0, 1 dB for a semitone."""
    wave = np.sin(2 * np.pi * TREMOR_HZ * np.arange(frames) * FRAME_MS / 1000)
    return np.asarray(10 ** (tremor_st * wave / 10))


def _breath(hz: Samples, asked: Asked) -> Samples:
    """The share of noise added at each frequency; a whisper is noise throughout."""
    if not asked.voiced:
        return np.ones_like(hz)
    return np.asarray(asked.breath * np.interp(hz, [BREATH_FROM_HZ, BREATH_FULL_HZ], [0.1, 1.0]))


def _levelled(samples: Samples, dbfs: float) -> Samples:
    """Scale to a level over the loud part: frames of 20 ms within 35 dB of the loudest."""
    frames = np.square(samples[: len(samples) // 320 * 320].reshape(-1, 320)).mean(axis=1)
    power = frames[frames > frames.max() * 10**-3.5].mean()
    scaled: Samples = samples * np.sqrt(10 ** (dbfs / 10) / power)
    return scaled * min(1.0, PEAK / np.abs(scaled).max())


def _in_a_room(samples: Samples, noise: np.random.Generator) -> Samples:
    before, after = (round(s * SAMPLE_RATE_HZ) for s in noise.uniform(*SILENCE_S, 2))
    padded = np.pad(samples, (before, after))
    return np.asarray(padded + noise.normal(0.0, 10 ** (noise.uniform(*NOISE_DBFS) / 20), len(padded)))


def _trimmed(samples: Samples) -> Samples:
    """Without the silence that eSpeak leaves around its words."""
    loud = np.flatnonzero(np.abs(samples) > 1e-3)
    return np.ascontiguousarray(samples[loud[0] : loud[-1] + 1])


def _at_16_khz(samples: Samples, rate_hz: int) -> Samples:
    """Resample by cutting the spectrum: exact for a whole utterance, and the same bytes on any number of threads."""
    block = FFT_BLOCKS * rate_hz // math.gcd(rate_hz, SAMPLE_RATE_HZ)  # both lengths then have small factors
    samples = np.pad(samples, (0, -len(samples) % block))
    length = len(samples) * SAMPLE_RATE_HZ // rate_hz
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    return np.asarray(np.fft.irfft(spectrum, length) * length / len(samples))
