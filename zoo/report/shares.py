"""Shares of things that speakers' utterances have several of, with 95 % intervals by a bootstrap over speakers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.report.intervals import Figure, Floats, figure, speaker_draws

Count = tuple[str, float, float]  # the speaker, how many of an utterance's things count, and how many there are


@dataclass(frozen=True)
class Share:
    """A share, of how many, and its value in every draw [DRAWS]; `value` is None where there is nothing to count."""

    value: float | None
    n: float
    draws: Floats

    def to_dict(self) -> dict[str, Any] | None:
        """value, low, high and n; None where there is nothing to count."""
        return None if self.value is None else _plain(figure([self.value], self.draws[np.isfinite(self.draws)]), self.n)

    def less(self, other: "Share") -> dict[str, Any] | None:
        """This share less another of the same speakers, by paired draws."""
        if self.value is None or other.value is None:
            return None
        gaps = self.draws - other.draws
        return _plain(figure([self.value - other.value], gaps[np.isfinite(gaps)]), self.n)


def share(counts: Iterable[Count], speakers: Sequence[str]) -> Share:
    """The share over all utterances; no draws of a single speaker."""
    place = {speaker: i for i, speaker in enumerate(speakers)}
    table = np.zeros((2, len(speakers)))
    for speaker, some, of in counts:
        table[:, place[speaker]] += some, of
    hits, n = table.sum(1)
    if not n:
        return Share(None, 0, np.full(0, np.nan))
    draws = np.zeros(0)
    if len(speakers) > 1:
        drawn = speaker_draws(len(speakers), np.random.default_rng(0)) @ table.T  # [DRAWS, 2]
        draws = np.divide(drawn[:, 0], drawn[:, 1], out=np.full(len(drawn), np.nan), where=drawn[:, 1] > 0)
    return Share(float(hits / n), float(n), draws)


def _plain(found: Figure, n: float) -> dict[str, Any]:
    return {"value": found.value, "low": found.low, "high": found.high, "n": round(n)}
