"""Ctrl-C during training: the step is finished, its state is written, and nothing is lost."""

import signal
import threading
from pathlib import Path
from typing import Any

import lightning as L
from lightning.pytorch.callbacks import Callback

from zoo.core.console import message


class StopAfterStep(Callback):
    """The first Ctrl-C ends the run after the step it is in, whose state goes to `state`; the second ends it at once.

    An interrupt that is raised wherever the signal finds the program can be swallowed there, by a destructor or a
    library's own handler. Several ranks stand at different points of a step when it comes: they keep Lightning's
    way.
    """

    def __init__(self, state: Path):
        self.state = state
        self.asked = False
        self._before: Any = None

    def on_train_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """Listen for Ctrl-C."""
        if trainer.world_size == 1 and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)

    def on_train_batch_end(self, trainer: L.Trainer, *_: Any) -> None:
        """Between two steps: write the state and stop, where that was asked for."""
        if self.asked:
            trainer.save_checkpoint(self.state)
            raise KeyboardInterrupt

    def on_train_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """Ctrl-C means again what it meant before."""
        self._restore()

    def on_exception(self, trainer: L.Trainer, pl_module: L.LightningModule, exception: BaseException) -> None:
        """As at the end."""
        self._restore()

    def _ask(self, *_: Any) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, self._before)
        message("stopping after this step; Ctrl-C again stops at once")

    def _restore(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
