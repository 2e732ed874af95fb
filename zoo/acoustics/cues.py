"""The vocabulary of cues: what can be said of a voice, the same words for measuring, learning, writing and checking."""

from dataclasses import asdict, dataclass
from typing import Any

LEVELS: dict[str, tuple[str, ...]] = {
    "pitch": ("low", "normal", "high"),
    "energy": ("low", "normal", "high"),
    "speed": ("slow", "normal", "fast"),
    "intonation": ("rising", "falling", "rising-falling", "falling-rising", "flat", "expressive"),
}  # the levels and contours of arXiv 2601.15668, section on EmotionCoT


@dataclass(frozen=True)
class Cues:
    """The cues of one utterance. None means that the signal does not carry a judgement; it is never a guess."""

    pitch: str | None = None
    energy: str | None = None
    speed: str | None = None
    intonation: str | None = None
    stressed_words: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for cue, levels in LEVELS.items():
            if getattr(self, cue) not in (None, *levels):
                raise ValueError(f"{cue} is {getattr(self, cue)!r}; it can be None or one of {levels}")

    def known(self) -> dict[str, str]:
        """The level of every cue that could be measured."""
        return {cue: getattr(self, cue) for cue in LEVELS if getattr(self, cue) is not None}

    def to_dict(self) -> dict[str, Any]:
        """Plain types, for JSON."""
        return asdict(self)
