"""How an utterance sounds for its speaker: its levels among a few other clips of the same voice.

Tertiles, as every level of the zoo, but of the speaker's own clips: what their emotions are nobody needs to know.
"""

from collections.abc import Sequence

from zoo.acoustics.calibration import calibrate
from zoo.acoustics.cues import Cues
from zoo.acoustics.levels import label
from zoo.acoustics.measure import Measures

# Clips: two a tertile. On RAVDESS such levels are the opposite of those among all of a speaker's clips in fewer than
# 1 of 150 utterances and the same in 3 of 4; of three clips 1 in 40 are the opposite.
SMALLEST_HABIT = 6


def habit(measures: Measures, clips: Sequence[Measures]) -> Cues | None:
    """Pitch, energy and speed against the speaker's other clips; None where these are too few to tell a habit.

    `clips` must not hold the utterance itself. Each cue needs `SMALLEST_HABIT` clips of which it could be measured.
    """
    found = label(measures, calibrate(((clip, None) for clip in clips), SMALLEST_HABIT))
    told = Cues(found.pitch, found.energy, found.speed)  # a contour is a shape, and no more or less than another
    return told if told.known() else None
