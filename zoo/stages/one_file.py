"""How a strategy that cuts a run takes its state up: one file of whole tensors, which every rank reads."""

from typing import Any


class OneFile:
    """Put before the strategy of Lightning's that it changes, which would look for a folder of its own kind."""

    checkpoint_io: Any
    broadcast: Any

    @property
    def lightning_restore_optimizer(self) -> bool:
        """Lightning hands the optimizer's state over, to `load_optimizer_state_dict`."""
        return True

    def load_checkpoint(self, checkpoint_path: Any, weights_only: bool | None = None) -> dict[str, Any]:
        """Read a run's state; every rank reads the file."""
        found: dict[str, Any] = self.checkpoint_io.load_checkpoint(self.broadcast(checkpoint_path), weights_only=True)
        return found
