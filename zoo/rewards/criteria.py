"""The four criteria by which a reasoning trace is judged (arXiv 2601.15668), each as a share of its best mark."""

from dataclasses import astuple, dataclass, fields


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
