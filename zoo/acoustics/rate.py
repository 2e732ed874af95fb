"""How fast someone speaks: syllable nuclei per second, counted as peaks of loudness without a transcript.

After N. de Jong & T. Wempe, "Praat script to detect syllable nuclei and measure speech rate automatically", Behavior
Research Methods 41, 2009: a nucleus is a peak of intensity that stands 2 dB above the dips on both sides. Loudness is
taken between 300 and 3000 Hz, where vowels outweigh fricatives. Where a voice is there, a nucleus must be voiced.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.energy import ACTIVE_DB, FRAME_S, HOP_S, Energy
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave

VOWEL_BAND_HZ = (300.0, 3000.0)
DIP_DB = 2.0
SMOOTH_FRAMES = 7  # 70 ms: shorter than a syllable, longer than a glottal period
NUCLEUS_DB = 25.0  # a nucleus lies within this of the loudest one
SHORTEST_S = 0.5  # of speech; one syllable more or less would move the level below it
LOWEST_SNR_DB = 10.0  # below it peaks of noise pass for syllables
PLAUSIBLE_SPS = (1.0, 10.0)  # syllables a second; outside it the count is wrong, not the speaker
VOICED_SHARE = 0.2  # of the speech frames; below it (a whisper) voicing is not asked of a nucleus


@dataclass(frozen=True)
class Rate:
    """Syllables and their pace; the paces are None where the count cannot be trusted."""

    n_syllables: int
    articulation_rate_sps: float | None  # syllable nuclei per second of speech, pauses left out
    speaking_rate_sps: float | None  # syllable nuclei per second from the first to the last speech frame


def rate(wave: Wave, levels: Energy, track: Track) -> Rate:
    """Count the syllables of a wave whose energy and F0 are known."""
    if not levels.speech.any():
        return Rate(0, None, None)
    loudness = _vowel_dbfs(wave, levels.speech)
    nuclei = [i for i in peaks(loudness, DIP_DB) if levels.speech[i] and loudness[i] >= loudness.max() - NUCLEUS_DB]
    voiced = voiced_at(track, levels.times_s)
    has_voice = bool(voiced[levels.speech].mean() >= VOICED_SHARE)
    if has_voice:
        nuclei = [i for i in nuclei if voiced[max(0, i - 2) : i + 3].any()]
    spoken = np.flatnonzero(levels.speech)
    span_s = float(spoken[-1] - spoken[0] + 1) * HOP_S
    pace = len(nuclei) / levels.speech_s
    # without a voice and without a pause nothing tells a whisper from rain
    clear = has_voice if levels.est_snr_db is None else levels.est_snr_db >= LOWEST_SNR_DB
    if levels.speech_s < SHORTEST_S or not clear or not PLAUSIBLE_SPS[0] <= pace <= PLAUSIBLE_SPS[1]:
        return Rate(len(nuclei), None, None)
    return Rate(len(nuclei), pace, len(nuclei) / span_s)


def voiced_at(track: Track, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the track is voiced at each time; False before and after it."""
    if not len(track.times_s):
        return np.zeros(len(times_s), dtype=bool)
    nearest = np.clip(np.round(times_s / track.hop_s).astype(int), 0, len(track.times_s) - 1)
    return track.voiced[nearest] & (times_s <= track.times_s[-1] + track.hop_s)


def peaks(curve: NDArray[np.float64], dip: float) -> list[int]:
    """Indices of the maxima of a curve that stand at least `dip` above the lowest point on each side of them."""
    found: list[int] = []
    high, low, climbing = (
        0,
        0,
        True,
    )  # `high` the best candidate since the last dip, `low` the lowest since the last peak
    for i, value in enumerate(curve):
        if climbing:
            if value > curve[high]:
                high = i
            elif value <= curve[high] - dip:
                if curve[high] - curve[low] >= dip or not found:
                    found.append(high)
                low, climbing = i, False
        elif value < curve[low]:
            low = i
        elif value >= curve[low] + dip:
            high, climbing = i, True
    return found


def _vowel_dbfs(wave: Wave, speech: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Smoothed level [T] between 300 and 3000 Hz, on the frames of `energy`; silence is 70 dB below the loudest.

    Frames further from speech than the smoothing reaches count as silence: no nucleus lies there.
    """
    length, hop = round(FRAME_S * wave.rate_hz), round(HOP_S * wave.rate_hz)
    padded = np.pad(wave.samples, length // 2 + hop)[hop:]
    near = np.convolve(speech, np.ones(2 * SMOOTH_FRAMES + 1))[SMOOTH_FRAMES : SMOOTH_FRAMES + len(speech)] > 0
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop][: len(speech)][near]
    parts = frames @ _vowel_partials(length, wave.rate_hz)
    band = np.zeros(len(speech))
    band[near] = np.einsum("tk,tk->t", parts, parts)
    floor = band.max() * 10 ** (-2 * ACTIVE_DB / 10)
    window = np.hanning(SMOOTH_FRAMES + 2)[1:-1]
    steady = np.pad(10 * np.log10(band + floor + 1e-20), SMOOTH_FRAMES // 2, "edge")
    level: NDArray[np.float64] = np.convolve(steady, window / window.sum(), "valid")
    return level


@cache
def _vowel_partials(length: int, rate_hz: int) -> NDArray[np.float32]:
    """The Fourier transform's columns [length, 2 K] between 300 and 3000 Hz under a Hann window.

    One product with a sixth of the transform takes a third of the time of all of it by FFT.
    """
    hz = np.fft.rfftfreq(length, 1 / rate_hz)
    bins = np.flatnonzero((hz >= VOWEL_BAND_HZ[0]) & (hz <= VOWEL_BAND_HZ[1]))
    angles = 2 * np.pi / length * np.outer(np.arange(length), bins)
    columns = np.hanning(length)[:, None] * np.hstack([np.cos(angles), np.sin(angles)])
    return np.asarray(columns, dtype=np.float32)
