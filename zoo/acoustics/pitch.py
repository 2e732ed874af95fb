"""An utterance's F0 in a few numbers: how high, how wide, how much of it is voiced, and whether to believe it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.energy import Energy
from zoo.acoustics.tracker import Track

NEAR_MEDIAN = (0.5, 2.2)  # frames outside this multiple of the median are octave errors; no one's range is wider
SHORTEST_S = 0.1  # of voiced speech, to say anything of F0
RELIABLE_SHARE = 0.25  # of the speech frames voiced; read speech has 0.5 to 0.7, a whisper next to none
RELIABLE_S = 0.2


@dataclass(frozen=True)
class Pitch:
    """F0 over the voiced speech frames. Numbers are None where too little is voiced."""

    f0_median_hz: float | None
    f0_p5_hz: float | None
    f0_p95_hz: float | None
    f0_range_st: float | None  # 5th to 95th percentile
    f0_std_st: float | None
    f0_reliable: bool
    voiced_share_of_speech: float | None
    semitones: NDArray[np.float64]  # of the voiced speech frames in order, against the median


def pitch(track: Track, levels: Energy) -> Pitch:
    """Summarise a track over the frames that are speech."""
    speech = _speech_at(levels, track.times_s)
    voiced = track.voiced & speech
    share = float(voiced.sum() / speech.sum()) if speech.any() else None
    f0_hz = track.f0_hz[voiced]
    if len(f0_hz):
        median = np.median(f0_hz)
        f0_hz = f0_hz[(f0_hz >= NEAR_MEDIAN[0] * median) & (f0_hz <= NEAR_MEDIAN[1] * median)]
    seconds = len(f0_hz) * track.hop_s
    if share is None or seconds < SHORTEST_S:
        return Pitch(None, None, None, None, None, False, share, np.zeros(0))
    low, middle, high = (float(hz) for hz in np.percentile(f0_hz, [5, 50, 95]))
    semitones = 12 * np.log2(f0_hz / middle)
    return Pitch(
        f0_median_hz=middle,
        f0_p5_hz=low,
        f0_p95_hz=high,
        f0_range_st=float(12 * np.log2(high / low)),
        f0_std_st=float(semitones.std()),
        f0_reliable=seconds >= RELIABLE_S and share >= RELIABLE_SHARE,
        voiced_share_of_speech=share,
        semitones=semitones,
    )


def _speech_at(levels: Energy, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each time lies in a speech frame."""
    nearest = np.searchsorted(levels.times_s, times_s - 1e-9)
    return levels.speech[np.clip(nearest, 0, len(levels.speech) - 1)]
