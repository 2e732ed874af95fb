"""A speaker's gender from pitch and the size of the vocal tract, "unknown" where they disagree. Age is not said.

Men read at 120 Hz and women at 210 (H. Traunmueller & A. Eriksson, 1995), vocal tracts of 17.5 and 14.7 cm put a
uniform tube's fourth resonance at 3500 and 4170 Hz (G. Fant, 1966; 7 c / 4 l), and both are needed to tell a voice (J.
Hillenbrand & M. Clark, Attention, Perception & Psychophysics 71, 2009). Emotion moves pitch over more than the distance
between them: an angry man at 250 Hz is common. Two things mend that. The fourth formant hardly moves with emotion, and
a raised voice is bright, so brightness takes back what effort added to the pitch.
"""

import numpy as np

from zoo.acoustics.energy import Energy
from zoo.acoustics.formants import timbre
from zoo.acoustics.speaker_judge import Speaker, SpeakerJudge, by_logit
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave
from zoo.core.registry import speakers

BETWEEN_HZ = 160.0  # the geometric mean of 120 and 210
BETWEEN_F4_HZ = 3800.0  # and of 3500 and 4170
LOW_PERCENTILE = 25.0  # of F0: a melody's bottom moves less with emotion than its middle
# The discriminant's weights (R. Fisher, 1936; common covariance) over RAVDESS, EmoDB and the FDA corpus, rounded. What
# they are worth on speakers and on corpora that they were not fitted to is measured by `python -m benchmarks.speaker`.
PER_ST, PER_F4_ST, PER_BRIGHT_DB, OFFSET = 0.45, 2.5, -0.2, -1.65
SURE_LOGIT = 2.0  # 88 % by its own reckoning; 5 % of the answers are wrong then, and a sixth of the clips stay open

Cues = tuple[float, float, float]


@speakers.offer("f0-formants", licence="Apache-2.0")
class F0Formants(SpeakerJudge):
    """Gender by F0, fourth formant and brightness; no model, no age. Adults only: a child passes for a woman."""

    def judge(self, wave: Wave, track: Track, levels: Energy) -> Speaker:
        """Judge the speaker of a 16 kHz wave; unknown where too little is voiced."""
        cues = gender_cues(wave, track, levels)
        return Speaker() if cues is None else by_logit(female_logit(cues), SURE_LOGIT)


def guess_gender(track: Track, levels: Energy, wave: Wave) -> tuple[str | None, float]:
    """`female`, `male` or None for unknown, and how sure (0.5 to 1) one can be of the likelier of the two."""
    found = F0Formants().judge(wave, track, levels)
    return found.gender, found.confidence


def gender_cues(wave: Wave, track: Track, levels: Energy) -> Cues | None:
    """Low F0 and fourth formant in semitones over the men's and women's middle, and brightness in dB."""
    sound = timbre(wave, track, levels)
    if sound is None:
        return None
    low_hz = float(np.percentile(track.f0_hz[track.voiced], LOW_PERCENTILE))
    return (
        float(12 * np.log2(low_hz / BETWEEN_HZ)),
        float(12 * np.log2(sound.formants_hz[3] / BETWEEN_F4_HZ)),
        sound.brightness_db,
    )


def female_logit(cues: Cues) -> float:
    """Log odds of a woman's voice against a man's."""
    return PER_ST * cues[0] + PER_F4_ST * cues[1] + PER_BRIGHT_DB * cues[2] + OFFSET
