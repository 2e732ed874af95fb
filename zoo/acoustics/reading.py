"""A transcript as eSpeak NG reads it: the sound, when each word begins and which phones it has, in many languages."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.espeak import PHONE_EVENT, PHONE_EVENTS, UTF8, WORD_EVENT, say

NO_SOUND = ("_", '"')  # phones whose names begin so are pauses, glottal closures and the voice's own marks
STRESS_MARKS = "',%="
USUAL_WPM = 175.0  # eSpeak's own pace
VOICES = {"en": "en-us", "zh": "cmn", "no": "nb"}  # where a voice is not named as its language


@dataclass(frozen=True)
class Phone:
    """One phone as eSpeak names it, stress marks left out, and when it is said."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Reading:
    """A text read aloud: samples [N], int16; when each word begins; the phones in order.

    A word stands between spaces and has a letter or a digit. Its onset is None where eSpeak joins it to the one before.
    """

    samples: NDArray[np.int16]
    rate_hz: int
    onsets_s: tuple[float | None, ...]
    phones: tuple[Phone, ...]


def voice_of(language: str) -> str:
    """The name of eSpeak's voice for a language code such as `de`, `en-GB` or `pt_BR`, its region left aside."""
    primary = re.split("[-_]", language.strip().lower())[0]
    return VOICES.get(primary, primary)


def read(text: str, voice: str, rate_wpm: float = USUAL_WPM) -> Reading:
    """Read a text aloud and say when each of its words and phones comes.

    Raises:
        ZooError: if the library is not there; a `VoiceError` where it does not know the voice.
    """
    samples, rate_hz, events = say(text, voice, rate_wpm, UTF8, PHONE_EVENTS)
    onsets: list[float | None] = []
    before = 0  # where the last word ended: a dash that stands alone is said with the next one
    for token in re.finditer(r"\S+", text):
        if any(letter.isalnum() for letter in token.group()):
            inside = (at for kind, place, at, _ in events if kind == WORD_EVENT and before < place <= token.end())
            first = next(inside, None)
            onsets.append(None if first is None else first / rate_hz)
            before = token.end()
    named = [(name.lstrip(STRESS_MARKS), at) for kind, _, at, name in events if kind == PHONE_EVENT]
    ends = [at for _, at in named[1:]] + [len(samples)]
    phones = tuple(
        Phone(name, at / rate_hz, end / rate_hz)
        for (name, at), end in zip(named, ends, strict=True)
        if name and not name.startswith(NO_SOUND)
    )
    return Reading(samples, rate_hz, tuple(onsets), phones)
