"""Words freed of the pauses that an aligner gave them: silence between two words must belong to one of them for it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoo.acoustics.energy import FRAME_S, LOUD_PERCENTILE, Energy

if TYPE_CHECKING:
    from zoo.acoustics.alignment import Word

QUIET_DB = 30.0  # below the loud frames: 5 dB less than what passes for speech, since a room's noise may pass for it
PAUSE_S = 0.15  # a stop consonant's closure is shorter
SHORTEST_S = 0.06  # what is left of a word; where it would be less, the silence is taken for a part of it


def without_pauses(words: Sequence["Word"], levels: Energy) -> tuple["Word", ...]:
    """Words whose first and last moments are speech, where silence of 150 ms or more stood there."""
    if not levels.speech.any():
        return tuple(words)
    loud_dbfs = np.percentile(levels.frames_dbfs[levels.speech], LOUD_PERCENTILE)
    spoken_s = levels.times_s[levels.frames_dbfs >= loud_dbfs - QUIET_DB]
    return tuple(_trimmed(word, spoken_s) for word in words)


def _trimmed(word: "Word", spoken_s: np.ndarray) -> "Word":
    inside = spoken_s[(spoken_s >= word.start_s) & (spoken_s <= word.end_s)]
    if not len(inside):
        return word
    first, last = float(inside[0]) - FRAME_S / 2, float(inside[-1]) + FRAME_S / 2
    start_s = first if first - word.start_s >= PAUSE_S else word.start_s
    end_s = last if word.end_s - last >= PAUSE_S else word.end_s
    return replace(word, start_s=start_s, end_s=end_s) if end_s - start_s >= SHORTEST_S else word
