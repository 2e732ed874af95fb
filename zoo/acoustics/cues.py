"""The vocabulary of cues: what can be said of a voice, the same words for measuring, learning, writing and checking."""

from dataclasses import asdict, dataclass, replace
from typing import Any

LEVELS: dict[str, tuple[str, ...]] = {
    "pitch": ("low", "normal", "high"),
    "energy": ("low", "normal", "high"),
    "speed": ("slow", "normal", "fast"),
    "intonation": ("rising", "falling", "rising-falling", "falling-rising", "flat", "expressive"),
}  # the levels and contours of arXiv 2601.15668, section on EmotionCoT
RELATIVE = {cue: f"relative {cue}" for cue in ("pitch", "energy", "speed")}  # names of the levels of a `habit`
CHOICES = LEVELS | {name: LEVELS[cue] for cue, name in RELATIVE.items()}  # of both kinds of level


@dataclass(frozen=True)
class Cues:
    """The cues of one utterance. None means that the signal does not carry a judgement; it is never a guess."""

    pitch: str | None = None
    energy: str | None = None
    speed: str | None = None
    intonation: str | None = None
    stressed_words: tuple[str, ...] | None = None
    habit: "Cues | None" = None  # pitch, energy and speed against how the same speaker sounds in other clips

    def __post_init__(self) -> None:
        for cue, levels in LEVELS.items():
            if getattr(self, cue) not in (None, *levels):
                raise ValueError(f"{cue} is {getattr(self, cue)!r}; it can be None or one of {levels}")

    def known(self) -> dict[str, str]:
        """The level of every cue that could be measured."""
        return {cue: getattr(self, cue) for cue in LEVELS if getattr(self, cue) is not None}

    def relative(self) -> dict[str, str]:
        """The level of every cue that was measured against the speaker's habit, by its name in `RELATIVE`."""
        return {RELATIVE[cue]: level for cue, level in self.habit.known().items()} if self.habit else {}

    def levels(self) -> dict[str, str]:
        """The level of every cue that could be measured, among voices at large and against the speaker's habit."""
        return self.known() | self.relative()

    def to_dict(self) -> dict[str, Any]:
        """Plain types, for JSON; a habit where there is one."""
        row = asdict(replace(self, habit=None))
        del row["habit"]
        return row | ({"habit": self.habit.known()} if self.habit else {})

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "Cues":
        """The inverse of `to_dict`, also after a way through JSON."""
        words, habit = row.get("stressed_words"), row.get("habit")
        told = {"stressed_words": None if words is None else tuple(words), "habit": cls(**habit) if habit else None}
        return cls(**{**row, **told})
