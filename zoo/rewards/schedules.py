"""Schedules: when the reasoning reward counts, and how much."""

import math
from collections import deque
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.registry import schedules
from zoo.rewards.reward import Schedule


@schedules.offer("constant")
class Constant(Schedule):
    """Counts in full from the first step: the ablation "without the progressive schedule"."""


@schedules.offer("progressive")
class Progressive(Schedule):
    """Counts not at all until accuracy has settled, then in full for ever (arXiv 2601.15668).

    The paper says "about 50 %" and not how it is smoothed. Our reading: the mean of the last `window` steps, which
    must all have been seen, reaches `accuracy`. The gate never closes again, so that it can't flicker.
    """

    def __init__(self, accuracy: float = 0.5, window: int = 50) -> None:
        if window < 1 or not 0.0 <= accuracy <= 1.0:
            raise ZooError(
                f"schedule progressive needs window >= 1 and accuracy within [0, 1], not {window} and {accuracy}"
            )
        self.accuracy, self.window = accuracy, window
        self.recent: deque[float] = deque(maxlen=window)
        self.open = False

    def factor(self) -> float:
        """Return 1 once the gate is open, else 0."""
        return float(self.open)

    def update(self, accuracy: float) -> None:
        """Take in the accuracy of one step, and open the gate where the mean of the full window is high enough."""
        self.recent.append(accuracy)
        full = len(self.recent) == self.window
        self.open = self.open or (full and math.fsum(self.recent) / self.window >= self.accuracy)

    def state_dict(self) -> dict[str, Any]:
        """Return the window and the gate."""
        return {"recent": list(self.recent), "open": self.open}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the window and the gate; of a window longer than this one the last steps."""
        self.recent = deque(state["recent"], maxlen=self.window)
        self.open = bool(state["open"])


@schedules.offer("annealed")
class Annealed(Schedule):
    """Counts in full at first and fades as exp(-step / steps): Trust-GRPO of SophiaVL-R1 (arXiv 2505.17018)."""

    def __init__(self, steps: float) -> None:
        if steps <= 0:
            raise ZooError(f"schedule annealed needs steps > 0, not {steps}")
        self.steps = steps
        self.step = 0

    def factor(self) -> float:
        """Return exp(-step / steps), 1 at the first step."""
        return math.exp(-self.step / self.steps)

    def update(self, accuracy: float) -> None:
        """Count one step."""
        self.step += 1

    def state_dict(self) -> dict[str, Any]:
        """Return the step."""
        return {"step": self.step}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the step."""
        self.step = int(state["step"])
