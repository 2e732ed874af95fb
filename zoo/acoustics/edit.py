"""One cue of a voice changed and the others left alone: pitch, range, contour, tempo, level or a word's stress.

    edited = Editor(read_wave("hello.wav")).pitch(4)
    edited.changes.pitch_st, edited.changes.level_db     # what came of it, measured again

Pitch and time go through the WORLD vocoder on our own F0 track; after it the speech has the level that it had before.
The vocoder has a sound of its own: compare an edit with `control()`, not with the recording.
"""

from dataclasses import replace
from functools import cached_property
from math import isfinite

import numpy as np

from zoo.acoustics.edit_f0 import refuse_no_voice, reshaped, scaled, shifted, within
from zoo.acoustics.edit_stress import BY, Interval, StressBy, moved, stressed, word_cues
from zoo.acoustics.edited import Asked, Edited
from zoo.acoustics.energy import energy
from zoo.acoustics.measure import measure_parts
from zoo.acoustics.vocoder import Parts, Samples, in_frames, put_together, take_apart
from zoo.acoustics.wave import Wave
from zoo.core.errors import ZooError

FACTORS = (0.5, 2.0)  # of tempo and range; beyond them WORLD's frames are heard as smear, and no one speaks so
LONGEST_S = 120.0  # the vocoder holds 1.6 MB a second


class Editor:
    """A wave at 16 kHz, measured and taken apart once, for as many edits as are wanted."""

    def __init__(self, wave: Wave, tracker: str = "swift-f0") -> None:
        """Measure the wave.

        Raises:
            ZooError: if there is nothing to hear in it, or it is longer than two minutes.
        """
        if wave.duration_s > LONGEST_S:
            raise ZooError(
                f"the wave is {wave.duration_s:.0f} s long, over the {LONGEST_S:.0f} s that can be edited at once; "
                "cut it into utterances"
            )
        self.wave, self.tracker = wave, tracker
        self.before, self._track, _ = measure_parts(wave, tracker)
        if self.before.energy_dbfs is None:
            raise ZooError("the wave holds no signal, so there is nothing to edit; check how it was recorded")

    @cached_property
    def _parts(self) -> Parts:
        samples = self.wave.samples.astype(np.float64)
        return take_apart(samples, self.wave.rate_hz, *in_frames(self._track, self.wave.duration_s), doubt=0.0)

    def control(self) -> Edited:
        """Taken apart and put together with nothing changed: what the vocoder alone does."""
        return self._spoken(self._parts, Asked("control"))

    def pitch(self, semitones: float) -> Edited:
        """Higher (or lower, negative) by semitones, the melody kept; a `ZooError` where no voice is."""
        self._median_hz()
        _number(semitones, "a pitch edit")
        return self._melody(shifted(self._parts.f0_hz, semitones), Asked("pitch", semitones))

    def range(self, factor: float) -> Edited:
        """A melody wider (or narrower) by a factor from 0.5 to 2 in semitones, around the same median."""
        self._median_hz()
        _factor(factor, "range")
        return self._melody(scaled(self._parts.f0_hz, factor), Asked("range", factor))

    def contour(self, shape: str, range_st: float | None = None) -> Edited:
        """Another melody around the same median, `range_st` wide; see `edit_f0.reshaped` for shapes and refusals."""
        self._median_hz()
        return self._melody(reshaped(self._parts.f0_hz, shape, range_st), Asked("contour", range_st, shape))

    def tempo(self, factor: float) -> Edited:
        """Faster by a factor from 0.5 to 2, pauses too, at the same pitch."""
        _factor(factor, "tempo")
        count = max(2, round(len(self._parts.f0_hz) / factor))
        return self._spoken(
            self._parts.at(np.arange(count) * np.float64(factor)), Asked("tempo", factor), self.wave.duration_s / factor
        )

    def level(self, gain_db: float) -> Edited:
        """Louder by a gain; no vocoder. A `ZooError` where the peak would pass full scale, with the most there is."""
        peak_db = 20 * np.log10(float(np.abs(self.wave.samples).max()))
        if peak_db + _number(gain_db, "a gain") > 0:
            raise ZooError(
                f"a gain of {gain_db:+.1f} dB would clip: the peak would stand {peak_db + gain_db:.1f} dB over full "
                f"scale; the largest gain for this wave is {-peak_db:+.1f} dB"
            )
        louder = Wave(self.wave.samples * np.float32(10 ** (gain_db / 20)), self.wave.rate_hz)
        return self._measured(louder, Asked("level", gain_db))

    def stress(self, on: Interval, off: Interval | None = None, by: StressBy = BY) -> Edited:
        """Stress moved onto the word at `on` (start and end in s) and, if given, off the word at `off`.

        The one is raised, made louder and longer by `by`, the other lowered, softened and shortened by the same.
        """
        self._median_hz()
        parts, old_s, new_s = stressed(self._parts, self.wave.duration_s, on, off, by)
        edited = self._spoken(parts, Asked("stress", by.semitones), float(new_s[-1]))
        track = measure_parts(edited.wave, self.tracker)[1]
        pairs = [
            (word_cues(self.wave, self._track, word), word_cues(edited.wave, track, moved(word, old_s, new_s)))
            for word in ((on,) if off is None else (on, off))
        ]
        return replace(edited, words=tuple(pairs))

    def _median_hz(self) -> float:
        if self.before.f0_median_hz is None:
            raise ZooError("the wave has no voiced speech, so it has no pitch to edit; tempo and level can be edited")
        return self.before.f0_median_hz

    def _melody(self, f0_hz: Samples, asked: Asked) -> Edited:
        """The voice with another pitch, if a voice can have it."""
        refuse_no_voice(f0_hz)
        return self._spoken(replace(self._parts, f0_hz=within(f0_hz)), asked)

    def _spoken(self, parts: Parts, asked: Asked, duration_s: float | None = None) -> Edited:
        """The parts as a wave of that duration (the old one if None), as loud as before, measured."""
        length = round((duration_s or self.wave.duration_s) * self.wave.rate_hz)
        samples = put_together(parts)[:length]
        samples = np.pad(samples, (0, length - len(samples)))
        level = energy(Wave(samples.astype(np.float32), self.wave.rate_hz)).energy_dbfs
        if level is None or self.before.energy_dbfs is None:
            raise ZooError("the vocoder gave no sound for this wave; is it speech?")
        samples *= 10 ** ((self.before.energy_dbfs - level) / 20)
        peak_db = 20 * np.log10(np.abs(samples).max())
        if peak_db > 0:
            raise ZooError(
                f"the edited voice would clip: at its old level its peak would stand {peak_db:.1f} dB over full scale; "
                f"lower the wave first, by level({-np.ceil(10 * peak_db) / 10:.1f}) or more"
            )
        return self._measured(Wave(samples.astype(np.float32), self.wave.rate_hz), asked)

    def _measured(self, wave: Wave, asked: Asked) -> Edited:
        return Edited(wave, asked, self.before, measure_parts(wave, self.tracker)[0])


def _number(value: float, what: str) -> float:
    if not isfinite(value):
        raise ZooError(f"{what} by {value} says nothing; give a number")
    return value


def _factor(factor: float, cue: str) -> None:
    if not FACTORS[0] <= factor <= FACTORS[1]:
        raise ZooError(
            f"a {cue} edit goes by a factor from {FACTORS[0]:g} to {FACTORS[1]:g}, and {factor:g} was asked for"
        )
