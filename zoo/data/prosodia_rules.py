"""How prosodia says an emotion: changes against the same voice's neutral reading, each with a spread.

Emotional rules of F. Burkhardt's Emofilt where they are published, else our choice after Burkhardt & Sendlmeier 2000,
Murray & Arnott 1993, Juslin & Laukka 2003 and Scherer 2003. Spreads overlap, so that no cue decides alone.
"""

from dataclasses import dataclass, fields
from random import Random


@dataclass(frozen=True)
class Spread:
    """A normal distribution, cut at two standard deviations."""

    mean: float
    sd: float

    def draw(self, dice: Random) -> float:
        """One value."""
        return self.mean + self.sd * min(2.0, max(-2.0, dice.gauss(0.0, 1.0)))


@dataclass(frozen=True)
class Rule:
    """The spread of each parameter for one emotion."""

    pitch: Spread  # F0 median, factor
    range: Spread  # semitones around the median, factor
    durations: Spread  # factor; pauses not counted
    level_db: Spread
    slope_st: Spread  # from the first to the last frame
    arch_st: Spread  # height of a rise and fall, its top after the middle
    tail_st: Spread  # change over the last third
    pauses_ms: Spread = Spread(0, 0)  # of a pause within the sentence; none below 40 ms
    breath: Spread = Spread(0.05, 0.03)  # share of noise in the upper voice, 0 to 1
    tilt_db: Spread = Spread(0, 0.5)  # per octave above 500 Hz; positive is tense
    tremor_st: Spread = Spread(0, 0)  # depth of a 6 Hz tremor of F0
    creak: Spread = Spread(0, 0)  # jitter of F0 in the second half, share
    voiced: bool = True


@dataclass(frozen=True)
class Asked:
    """One draw from a rule: what was asked of the voice for one utterance. Units as in `Rule`."""

    pitch: float
    range: float
    durations: float
    level_db: float
    slope_st: float
    arch_st: float
    tail_st: float
    pauses_ms: float
    breath: float
    tilt_db: float
    tremor_st: float
    creak: float
    voiced: bool


RULES = {
    "neutral": Rule(Spread(1.0, 0.06), Spread(1.0, 0.19), Spread(1.0, 0.07), Spread(0, 2.2),
                    Spread(-3.0, 1.2), Spread(0, 0.8), Spread(-1.0, 0.8)),
    "happy": Rule(Spread(1.42, 0.14), Spread(1.9, 0.31), Spread(0.76, 0.06), Spread(3.5, 2.5),
                  Spread(4.0, 1.9), Spread(0, 1.2), Spread(1.0, 1.2)),
    "sad": Rule(Spread(0.92, 0.06), Spread(0.6, 0.19), Spread(1.38, 0.11), Spread(-5, 2.5),
                Spread(-1.5, 0.9), Spread(0, 0.6), Spread(-1.5, 1),
                breath=Spread(0.5, 0.19), tilt_db=Spread(-2.5, 1.2)),
    "angry": Rule(Spread(1.4, 0.14), Spread(1.9, 0.31), Spread(0.75, 0.06), Spread(6, 2.5),
                  Spread(-5.0, 1.9), Spread(0, 1.2), Spread(-2, 1.2),
                  tilt_db=Spread(2.5, 1.2)),
    "contempt or disgust": Rule(Spread(0.89, 0.06), Spread(1.1, 0.19), Spread(1.38, 0.12), Spread(-2, 2.2),
                                Spread(-2.0, 1), Spread(0, 0.8), Spread(-4.5, 1.9),
                                creak=Spread(0.05, 0.025), tilt_db=Spread(0.5, 1)),
    "confused": Rule(Spread(1.05, 0.07), Spread(1.15, 0.25), Spread(1.18, 0.1), Spread(-2, 2.2),
                     Spread(0, 1.2), Spread(-0.5, 1), Spread(5.5, 2),
                     pauses_ms=Spread(190, 87.5)),
    "whisper": Rule(Spread(1.0, 0.05), Spread(1.0, 0.12), Spread(1.12, 0.1), Spread(-15, 2.5),
                    Spread(0, 0.38), Spread(0, 0.38), Spread(0, 0.38),
                    breath=Spread(1.0, 0.0), tilt_db=Spread(2, 0.8), voiced=False),
    "surprise": Rule(Spread(1.45, 0.14), Spread(1.7, 0.25), Spread(0.92, 0.07), Spread(2, 2.2),
                     Spread(0.5, 1.5), Spread(7, 2.5), Spread(-1.0, 1.2)),
    "fear": Rule(Spread(1.8, 0.18), Spread(1.3, 0.25), Spread(0.76, 0.07), Spread(-2.5, 2.2),
                 Spread(0, 1.5), Spread(0, 1), Spread(3.5, 1.8),
                 pauses_ms=Spread(170, 75), breath=Spread(0.25, 0.12), tremor_st=Spread(0.8, 0.31)),
}  # fmt: skip


def draw(emotion: str, dice: Random) -> Asked:
    """What to ask of the voice for one utterance of an emotion."""
    rule = RULES[emotion]
    spreads = {f.name: getattr(rule, f.name) for f in fields(Rule) if f.name != "voiced"}
    drawn = {name: round(spread.draw(dice), 4) for name, spread in spreads.items()}
    drawn["breath"] = min(1.0, max(0.0, drawn["breath"]))
    drawn["range"] = max(0.1, drawn["range"])
    return Asked(**drawn, voiced=rule.voiced)
