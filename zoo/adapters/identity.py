"""No adapter: frames are audio tokens already, as where an omni model's audio tower ends in its LLM's width."""

from torch import Tensor

from zoo.adapters.adapter import Adapter
from zoo.core.errors import ZooError
from zoo.core.registry import adapters


@adapters.offer("identity")
class Identity(Adapter):
    """Frames as they are; the encoder must be as wide as the backbone."""

    def __init__(self, *, in_dim: int, out_dim: int, cue_dim: int | None = None, affect_dim: int | None = None) -> None:
        """Build an adapter that changes nothing; a `ZooError` if the neighbours' widths differ."""
        if in_dim != out_dim:
            raise ZooError(
                f"adapter \"identity\" changes no width, but the encoder's frames are {in_dim} wide and the backbone's "
                f'embeddings {out_dim}; take adapter "linear" or "conv-mlp"'
            )
        super().__init__(out_dim, cue_dim, affect_dim)
        self.stride = 1

    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, D] to the same."""
        return frames
