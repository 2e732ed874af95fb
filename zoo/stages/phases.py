"""Where a step's time and memory go: seconds by phase, waiting for data among them, and the peak in each.

Phases follow each other: each lasts until the next begins. On a GPU the clock waits for the device at every change, so
a profiled run is a little slower than one that is not.
"""

import time
from dataclasses import dataclass
from typing import Any

import torch
from lightning.pytorch.callbacks import Callback

WAITING = "waiting for data"


@dataclass
class Phase:
    """What one phase took over all profiled steps: seconds, and the largest memory in bytes while it ran."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class Phases(Callback):
    """Adds up phases, from the second step on: the first one loads kernels and fills caches."""

    def __init__(self) -> None:
        self.found: dict[str, Phase] = {}
        self.steps = 0
        self._name: str | None = None
        self._seen = 0
        self._wall = self._cpu = 0.0

    def enter(self, name: str | None) -> None:
        """End the phase before, begin this one; None begins none."""
        on_gpu = torch.cuda.is_available()
        if on_gpu:
            torch.cuda.synchronize()
        wall, cpu = time.perf_counter(), time.process_time()
        if self._name is not None and self._seen:
            phase = self.found.setdefault(self._name, Phase())
            phase.seconds += wall - self._wall
            phase.cpu_seconds += cpu - self._cpu
            phase.peak_bytes = max(phase.peak_bytes, torch.cuda.max_memory_allocated() if on_gpu else _resident())
        if on_gpu:
            torch.cuda.reset_peak_memory_stats()
        self._name, self._wall, self._cpu = name, time.perf_counter(), time.process_time()

    def on_train_batch_start(self, trainer: Any, *_: Any) -> None:
        """The batch is here."""
        self.enter("listening")

    def on_before_backward(self, *_: Any) -> None:
        """The loss is known."""
        self.enter("backward")

    def on_after_backward(self, *_: Any) -> None:
        """The gradients are known."""
        self.enter("optimizer")

    def on_train_batch_end(self, *_: Any) -> None:
        """The step is done; what follows is waiting for the next batch, and Lightning's own work."""
        self.enter(WAITING)
        self.steps += self._seen
        self._seen = 1

    def on_train_end(self, *_: Any) -> None:
        """Nothing more."""
        self.enter(None)


def _resident() -> int:
    """Bytes of memory the process holds now; 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        return 0
