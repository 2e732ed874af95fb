"""A rank that is stuck: its stacks go to standard error and the process ends, so that the launcher can begin again."""

import faulthandler
from typing import Any

from lightning.pytorch.callbacks import Callback


class Watchdog(Callback):
    """Ends the process where a step, its data or its saving takes longer than `stuck_after_s`.

    The standard library's own alarm does it, since a process that hangs in a collective runs no Python any more. Every
    stuck rank says where it stands; what a run saved before is whole, and --resume takes it up.
    """

    def __init__(self, stuck_after_s: float) -> None:
        self.stuck_after_s = stuck_after_s

    def on_train_batch_start(self, *_: Any) -> None:
        """Another step is alive."""
        faulthandler.dump_traceback_later(self.stuck_after_s, exit=True)

    def on_train_batch_end(self, *_: Any) -> None:
        """As before a step: reading data and saving come now."""
        faulthandler.dump_traceback_later(self.stuck_after_s, exit=True)

    def on_train_end(self, *_: Any) -> None:
        """Nothing to watch."""
        faulthandler.cancel_dump_traceback_later()

    def on_exception(self, *_: Any) -> None:
        """Nothing to watch."""
        faulthandler.cancel_dump_traceback_later()
