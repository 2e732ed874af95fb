"""What every judge of a speaker promises: a wave in, gender and age out, each with "unknown" as an answer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

from zoo.acoustics.energy import Energy
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave

AGE_LEVELS = {"Child": 13, "Teenager": 18, "Young Adult": 40, "Middle-aged": 60, "Elderly": 200}
# The released annotations' words. Each ends before that year; the official pipeline does not publish its limits.
VOTE_LOGIT = 1.0  # a mean over clips varies less than one clip, so less of it will do


@dataclass(frozen=True)
class Speaker:
    """Who speaks. None: the judge does not know; `confidence` is its own reckoning of the likelier gender, 0.5 to 1."""

    gender: str | None = None  # "female" or "male"
    confidence: float = 0.5
    female_logit: float | None = None  # log odds of female against male, known also where gender is left open
    age_years: float | None = None

    @property
    def age_level(self) -> str | None:
        """The age in one of five words."""
        return None if self.age_years is None else age_level(self.age_years)


class SpeakerJudge(ABC):
    """Judges gender and, if it can, age. A gain of the wave must not change what it says."""

    @abstractmethod
    def judge(self, wave: Wave, track: Track, levels: Energy) -> Speaker:
        """Judge the speaker of a 16 kHz wave whose F0 and levels are known."""


def age_level(years: float) -> str:
    """The word for an age."""
    return next((name for name, limit in AGE_LEVELS.items() if years < limit), "Elderly")


def vote(clips: Iterable[Speaker]) -> Speaker:
    """One speaker from several clips of that speaker: the mean of the log odds, the median of the ages."""
    clips = list(clips)
    logits = [clip.female_logit for clip in clips if clip.female_logit is not None]
    ages = sorted(clip.age_years for clip in clips if clip.age_years is not None)
    years = ages[len(ages) // 2] if ages else None
    if not logits:
        return Speaker(age_years=years)
    return by_logit(sum(logits) / len(logits), VOTE_LOGIT, years)


def by_logit(logit: float, least: float, age_years: float | None = None) -> Speaker:
    """A speaker by the log odds of female; open where they are nearer to zero than `least`."""
    gender = None if abs(logit) < least else "female" if logit > 0 else "male"
    return Speaker(gender, 1 / (1 + exp(-min(abs(logit), 50.0))), logit, age_years)


def logit(female: float, male: float) -> float:
    """Log odds of two shares that need not sum to one."""
    return log(max(female, 1e-9)) - log(max(male, 1e-9))
