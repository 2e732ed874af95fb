"""When each word of a transcript is said: what every aligner promises, and the choice between them."""

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cache

from zoo.acoustics.energy import Energy, energy
from zoo.acoustics.pauses import without_pauses
from zoo.acoustics.wave import Wave
from zoo.core.registry import aligners

IN_ORDER = {"en": ("pocketsphinx", "espeak-dtw")}  # its acoustic model has heard English alone
ELSEWHERE = ("espeak-dtw",)
SECOND_OPINION = 0.8  # the score that a later aligner needs: that the first one failed already speaks against the words


@dataclass(frozen=True)
class Word:
    """One word as the transcript has it, without the punctuation around it, and when it is said, in seconds."""

    word: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Alignment:
    """Every word of a transcript in time, which aligner said so, and whether the transcript is what was said.

    `score` is 0 to 1: how sure the aligner is that these words were said, from right and from swapped transcripts (its
    file says how). An alignment that is not `trusted` has times nobody should use: the transcript is probably wrong.
    """

    words: tuple[Word, ...]
    aligner: str
    score: float
    trusted: bool


class Aligner(ABC):
    """Finds the words of a transcript in a wave."""

    @abstractmethod
    def align(self, wave: Wave, transcription: str, language: str) -> Alignment | None:
        """Align a 16 kHz wave. None where there is no word, no speech, or no way to say these words.

        Words come in order, all of them, none longer than the wave. A gain of the wave must not move them.
        """


def align(wave: Wave, transcription: str, language: str = "en", levels: Energy | None = None) -> Alignment | None:
    """When each word is said, by the first aligner that can be trusted: pocketsphinx for English, then eSpeak and DTW.

    Args:
        wave: at 16 kHz.
        transcription: what is said in it, with its punctuation.
        language: its code, such as `en`, `de` or `pt-BR`.
        levels: the wave's energy, where it is known already; pauses are taken out of the words by it.

    Returns:
        None where no aligner trusts its result: an empty or wrong transcript, no speech, an unknown language.
    """
    found = _first_trusted(wave, transcription, language)
    if found is None:
        return None
    return replace(found, words=without_pauses(found.words, levels or energy(wave)))


def _first_trusted(wave: Wave, transcription: str, language: str) -> Alignment | None:
    primary = re.split("[-_]", language.strip().lower())[0]
    first, *others = IN_ORDER.get(primary, ELSEWHERE)
    found = aligner(first).align(wave, transcription, language)
    if found is not None and found.trusted:
        return found
    for name in others:
        found = aligner(name).align(wave, transcription, language)
        if found is not None and found.score >= SECOND_OPINION:
            return found
    return None


@cache
def aligner(name: str) -> Aligner:
    """The aligner of that name, once per process.

    Raises:
        ZooError: if there is none of that name.
    """
    built: Aligner = aligners.build(name)
    return built


def words_of(transcription: str) -> tuple[str, ...]:
    """The words between spaces, freed of punctuation around them; what has no letter and no digit is no word."""
    tokens = [token for token in transcription.split() if any(letter.isalnum() for letter in token)]
    return tuple(token.strip("".join(filter(_is_mark, token))) for token in tokens)


def _is_mark(letter: str) -> bool:
    """Whether a character is punctuation or a symbol: no letter, digit or accent of one."""
    return unicodedata.category(letter)[0] not in "LNM"
