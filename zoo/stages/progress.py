"""The progress bar: step, reward and its parts, trust, KL and time left, on standard error."""

import sys
from typing import Any

from lightning.pytorch.callbacks import ProgressBar, RichProgressBar, TQDMProgressBar

REFRESH_STEPS = 10  # where no terminal redraws the line, each refresh is a line of a log file


class StepBar(RichProgressBar):
    """Lightning's bar for a terminal, counting steps: a run has no epochs of its own."""

    def get_metrics(self, *args: Any) -> dict[str, Any]:
        """What the stage logged for the bar."""
        return _without_version(super().get_metrics(*args))

    def _get_train_description(self, current_epoch: int) -> str:
        return "training"


class StepLines(TQDMProgressBar):
    """Lightning's bar for a log file."""

    def get_metrics(self, *args: Any) -> dict[str, Any]:
        """What the stage logged for the bar."""
        return _without_version(super().get_metrics(*args))

    def on_train_epoch_start(self, trainer: Any, *args: Any) -> None:
        """Call the bar what it counts."""
        super().on_train_epoch_start(trainer, *args)
        self.train_progress_bar.set_description("training")


def progress_bar() -> ProgressBar:
    """The bar that fits where standard error goes."""
    return StepBar(console_kwargs={"stderr": True}) if sys.stderr.isatty() else StepLines(REFRESH_STEPS)


def _without_version(metrics: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metrics.items() if name != "v_num"}
