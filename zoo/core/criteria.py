"""The four criteria by which a reasoning trace is judged (arXiv 2601.15668), in marks from 1 to 5 or as shares."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any, Self

LOWEST, HIGHEST = 1, 5
# Each criterion's name where people read and write it: in JSON lines, in prompts, in tables.
NAMES = {
    "factual": "factual_alignment",
    "interpretative": "interpretative_quality",
    "completeness": "caption_completeness",
    "fluency": "fluency_and_structure",
}
CRITERIA = tuple(NAMES)
JUDGED = "judge "  # before a judge's name among the scores of an answer


@dataclass(frozen=True)
class Scores:
    """Scores in [0, 1]. A judge that marks from 1 to 5 divides by 5, as the paper does."""

    factual: float  # what it says of the voice is true of the audio
    interpretative: float  # the cues lead to the emotion by sound inference
    completeness: float  # the cues that matter are covered
    fluency: float  # it is fluent and clear in structure

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0.0 <= value <= 1.0:  # False for NaN too
                raise ValueError(f"{field.name} is {value}; a score lies in [0, 1]")

    @property
    def mean(self) -> float:
        """The reasoning reward R_t."""
        return sum(astuple(self)) / 4


@dataclass(frozen=True)
class Marks:
    """Marks from 1 to 5; whole ones from a judge that writes them, any in between from one that expects them."""

    factual: float
    interpretative: float
    completeness: float
    fluency: float

    def __post_init__(self) -> None:
        for name, value in zip(CRITERIA, astuple(self), strict=True):
            if not LOWEST <= value <= HIGHEST:
                raise ValueError(f"{NAMES[name]} is {value}; a mark lies in {LOWEST} to {HIGHEST}")

    def scores(self) -> Scores:
        """Shares of the best mark."""
        return Scores(*(value / HIGHEST for value in astuple(self)))

    def to_dict(self) -> dict[str, float]:
        """By the names that people read."""
        return dict(zip(NAMES.values(), astuple(self), strict=True))

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave, or what an LLM wrote in its manner. Raises `ValueError` in one sentence."""
        values = []
        for name in NAMES.values():
            value = row.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} is {'missing' if value is None else repr(value)}; a mark is a number")
            values.append(value)
        return cls(*values)
