"""A visitor's requests, from what the page's fields hold to what it shows; nothing of a request outlives it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.edit import Editor
from zoo.acoustics.edited import changes
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.errors import ZooError
from zoo.models.load import thresholds
from zoo.studio.answering import answers
from zoo.studio.cards import card, changed, picture, refusal, waiting
from zoo.studio.hearing import Recording, hear
from zoo.studio.limits import LONGEST_S, LONGEST_WORDS, Visitors
from zoo.studio.shelf import Shelf

# The ends of the sliders: within them a voice through the vocoder stays a voice.
SEMITONES, SPEEDS, GAINS_DB = (-8.0, 8.0), (0.5, 2.0), (-20.0, 20.0)
Sound = tuple[int, NDArray[np.int16]]  # Hz and samples, as the page's player takes them
Shown = tuple[Any, ...]


def refusing(shown: int) -> Callable[[Callable[..., Iterator[Shown]]], Callable[..., Iterator[Shown]]]:
    """A request that is refused shows why in the last of so many places, and empties the others."""

    def around(ask: Callable[..., Iterator[Shown]]) -> Callable[..., Iterator[Shown]]:
        @wraps(ask)
        def asked(self: "Asking", visitor: str, path: str | None, *fields: Any) -> Iterator[Shown]:
            try:
                if not path:
                    raise ZooError("there is no recording yet; record or upload one first")
                self.visitors.enter(visitor)
                yield from ask(self, path, *fields)
            except ZooError as error:
                yield *([None] * (shown - 1)), refusal(str(error).replace(str(path), "the recording"))

        return asked

    return around


@dataclass
class Asking:
    """The three requests of the page: explain, edit and ask again, ask another checkpoint."""

    shelf: Shelf
    visitors: Visitors

    @refusing(2)
    def explain(self, path: str, words: str, name: str, corpus: str) -> Iterator[Shown]:
        """The picture, then the answer as it grows."""
        recording = self._hear(read_wave(path, LONGEST_S), words, name, corpus)
        drawn = picture(recording)
        yield drawn, waiting(name)
        for shown in self._answer(name, name, recording, corpus):
            yield drawn, shown

    @refusing(4)
    def edit(
        self, path: str, words: str, name: str, corpus: str, pitch: float, speed: float, energy: float
    ) -> Iterator[Shown]:
        """Both waves, then both answers; the left one went through the vocoder too where the right one did."""
        wave = read_wave(path, LONGEST_S)
        before, after, note = edited(wave, pitch, speed, energy)
        pair = [self._hear(one, words, name, corpus) for one in (before, after)]
        told = note, changed(changes(*(one.measures for one in pair)))
        titles = "as recorded", "edited"
        yield from self._side_by_side((name, name), titles, pair, corpus, told, (sound(before), sound(after)))

    @refusing(2)
    def compare(self, path: str, words: str, name: str, corpus: str, other: str) -> Iterator[Shown]:
        """The answers of two checkpoints about one recording."""
        wave = read_wave(path, LONGEST_S)
        pair = [self._hear(wave, words, one, corpus) for one in (name, other)]
        yield from self._side_by_side((name, other), (name, other), pair, corpus, ("", ""), ())

    def _side_by_side(
        self,
        names: tuple[str, str],
        titles: tuple[str, str],
        pair: list[Recording],
        corpus: str,
        notes: tuple[str, str],
        ahead: Shown,
    ) -> Iterator[Shown]:
        left, right = (waiting(title) for title in titles)
        yield *ahead, left, right
        for left in self._answer(names[0], titles[0], pair[0], corpus, notes[0]):
            yield *ahead, left, right
        for right in self._answer(names[1], titles[1], pair[1], corpus, notes[1]):
            yield *ahead, left, right

    def _answer(self, name: str, title: str, recording: Recording, corpus: str, note: str = "") -> Iterator[str]:
        for answer in answers(self.shelf.model(name), recording.wave, corpus):
            yield card(title, answer, recording, note)

    def _hear(self, wave: Wave, words: str, name: str, corpus: str) -> Recording:
        known = thresholds(self.shelf.model(name))
        if corpus not in known:
            raise ZooError(
                f"the checkpoint {name} does not know the options of {corpus}; choose one of: {', '.join(known)}"
            )
        if len(words) > LONGEST_WORDS:
            raise ZooError(f"{len(words):,} characters of words are over the limit of {LONGEST_WORDS:,}; cut them")
        return hear(wave, words, known[corpus])


def edited(wave: Wave, pitch: float, speed: float, energy: float) -> tuple[Wave, Wave, str]:
    """The wave to compare with, the edited one, and what the first one is.

    Raises:
        ZooError: nothing is to be changed, or the voice cannot be changed so; see `Editor`.
    """
    if (pitch, speed, energy) == (0, 1, 0):
        raise ZooError("nothing is changed yet; move a slider first")
    before = after = wave
    note = "the recording itself"
    if pitch or speed != 1:
        before, note = Editor(wave).control().wave, "the recording through the same vocoder, nothing changed"
    if pitch:
        after = Editor(after).pitch(pitch).wave
    if speed != 1:
        after = Editor(after).tempo(speed).wave
    if energy:
        after = Editor(after).level(energy).wave
    return before, after, note


def sound(wave: Wave) -> Sound:
    """A wave as a player takes it."""
    return wave.rate_hz, np.round(np.clip(wave.samples, -1, 1) * 32767).astype(np.int16)
