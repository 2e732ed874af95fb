"""Where the vocal tract resonates, and how bright the voice is: what size and effort leave in the spectrum of vowels.

Formants are the poles of a linear prediction by autocorrelation (B. Atal & S. Hanauer, JASA 50, 1971), at 10 kHz with
ten coefficients: five resonances up to 5 kHz, as an adult's vocal tract has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.energy import Energy
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave

RATE_HZ = 10_000
POLES = 10
FRAME_S = 0.03
EMPHASIS = 0.97  # takes off the voice source's fall of 6 dB an octave
LOUD_DB = 25.0  # voiced frames within this of the loudest
FEWEST, MOST = 8, 400  # frames; fewer are one vowel, more say nothing new
LOWEST_HZ, EDGE_HZ, WIDEST_HZ = 200.0, 150.0, 500.0  # a pole lower, nearer to 5 kHz, or broader is no formant
BRIGHT_HZ = (50.0, 1000.0, 5000.0)  # below and above 1 kHz: effort lifts the upper band

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Timbre:
    """Of the loud voiced frames: the medians of formants 1 to 4 in Hz, and the level over 1 kHz against that below."""

    formants_hz: tuple[float, float, float, float]
    brightness_db: float


def timbre(wave: Wave, track: Track, levels: Energy) -> Timbre | None:
    """Measure the timbre of a wave; None where too little is voiced or four formants are not found."""
    if not track.voiced.any() or not levels.speech.any():
        return None
    dbfs = np.interp(track.times_s, levels.times_s, levels.frames_dbfs)
    chosen = np.flatnonzero(track.voiced & (dbfs >= dbfs[track.voiced].max() - LOUD_DB))
    if len(chosen) < FEWEST:
        return None
    chosen = chosen[:: -(-len(chosen) // MOST)]
    samples = _at_10_khz(wave)
    found = _formants(_frames(np.append(samples[:1], samples[1:] - EMPHASIS * samples[:-1]), track.times_s[chosen]))
    middles = [np.median(column[np.isfinite(column)]) if np.isfinite(column).any() else np.nan for column in found.T]
    if not np.isfinite(middles).all():
        return None
    first, second, third, fourth = (float(hz) for hz in middles)
    return Timbre((first, second, third, fourth), _brightness(_frames(samples, track.times_s[chosen])))


def _frames(samples: Floats, times_s: Floats) -> Floats:
    """Frames [T, L] centred at times, through a Hamming window."""
    length = round(FRAME_S * RATE_HZ)
    starts = np.round(times_s * RATE_HZ).astype(int) - length // 2 + length
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (length, 2 * length)), length)
    return np.asarray(windows[np.minimum(starts, len(windows) - 1)] * np.hamming(length))


def _formants(frames: Floats) -> Floats:
    """Formants 1 to 4 of frames [T, L] in Hz, [T, 4]; infinite where there are fewer."""
    poles = np.linalg.eigvals(_companions(_predictors(frames)))
    hz = np.angle(poles) * RATE_HZ / (2 * np.pi)
    width_hz = -np.log(np.abs(poles) + 1e-12) * RATE_HZ / np.pi
    real = (hz > LOWEST_HZ) & (hz < RATE_HZ / 2 - EDGE_HZ) & (width_hz < WIDEST_HZ)
    return np.asarray(np.sort(np.where(real, hz, np.inf), axis=1)[:, :4])


def _predictors(frames: Floats) -> Floats:
    """Linear predictors [T, POLES + 1] by Levinson and Durbin's recursion, all frames at once."""
    power = np.square(np.abs(np.fft.rfft(frames, 2 * frames.shape[1])))
    r = np.fft.irfft(power)[:, : POLES + 1]
    r[:, 0] = r[:, 0] * (1 + 1e-6) + 1e-20  # white noise 60 dB down, so that silence has a solution
    a, left = np.zeros_like(r), r[:, 0].copy()
    a[:, 0] = 1.0
    for i in range(1, POLES + 1):
        k = -(r[:, i] + (a[:, 1:i] * r[:, i - 1 : 0 : -1]).sum(axis=1)) / left
        a[:, 1 : i + 1] += k[:, None] * a[:, i - 1 :: -1][:, :i]
        left *= 1 - k**2
    return a


def _companions(predictors: Floats) -> Floats:
    """Matrices [T, POLES, POLES] whose eigenvalues are the predictors' roots."""
    matrices = np.zeros((len(predictors), POLES, POLES))
    matrices[:, 0] = -predictors[:, 1:]
    matrices[:, np.arange(1, POLES), np.arange(POLES - 1)] = 1.0
    return matrices


def _brightness(frames: Floats) -> float:
    power = np.square(np.abs(np.fft.rfft(frames, axis=1))).sum(axis=0)
    hz = np.fft.rfftfreq(frames.shape[1], 1 / RATE_HZ)
    low, middle, high = BRIGHT_HZ
    above, below = power[(hz >= middle) & (hz < high)].sum(), power[(hz >= low) & (hz < middle)].sum()
    return float(10 * np.log10((above + 1e-20) / (below + 1e-20)))


def _at_10_khz(wave: Wave) -> Floats:
    """Resampled by cutting the spectrum."""
    block = wave.rate_hz // np.gcd(wave.rate_hz, RATE_HZ)
    samples = np.pad(wave.samples.astype(np.float64), (0, -len(wave.samples) % block))
    length = len(samples) * RATE_HZ // wave.rate_hz
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    return np.asarray(np.fft.irfft(spectrum, length) * length / len(samples))
