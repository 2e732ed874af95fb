"""Ctrl-C or SIGTERM during training: the step is finished, its state is written, and nothing is lost."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import lightning as L
from lightning.pytorch.callbacks import Callback

ASKS = (signal.SIGINT, signal.SIGTERM)  # Ctrl-C, and what clusters send before the time is up


class StopAfterStep(Callback):
    """The first signal ends the run after the step it is in, whose state goes to `state`; the second ends it at once.

    An interrupt that is raised wherever the signal finds the program can be swallowed there, by a destructor or a
    library's own handler. All ranks stop after the same step, whichever of them was asked; `stopped` says so then.
    """

    def __init__(self, state: Path):
        self.state = state
        self.asked = self.stopped = False
        self._before: dict[int, Any] = {}

    def on_train_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """Listen."""
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._ask) for number in ASKS}

    def on_train_batch_end(self, trainer: L.Trainer, *_: Any) -> None:
        """Between two steps: write the state and stop, where that was asked for."""
        if trainer.strategy.reduce_boolean_decision(self.asked, all=False):
            trainer.save_checkpoint(self.state)
            trainer.should_stop = self.stopped = True  # when this step's figures are logged too

    def on_train_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """The signals mean again what they meant before."""
        self._restore()

    def on_exception(self, trainer: L.Trainer, pl_module: L.LightningModule, exception: BaseException) -> None:
        """As at the end."""
        self._restore()

    def _ask(self, number: int, _: Any) -> None:
        self.asked = True
        signal.signal(number, signal.default_int_handler)
        os.write(2, b"\nstopping after this step; once more stops at once\n")  # print may be what was interrupted

    def _restore(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before = {}


def was_stopped(trainer: L.Trainer) -> bool:
    """Whether a run ended because it was asked to."""
    callbacks: list[Callback] = trainer.callbacks  # type: ignore[attr-defined]
    return any(isinstance(callback, StopAfterStep) and callback.stopped for callback in callbacks)
