"""One linear layer, one audio token a frame, as in Qwen2-Audio (Chu et al. 2024, arXiv 2407.10759)."""

from torch import Tensor, nn

from zoo.adapters.adapter import Adapter
from zoo.core.registry import adapters


@adapters.offer("linear")
class Linear(Adapter):
    """One linear layer; as many audio tokens as frames."""

    def __init__(self, *, in_dim: int, out_dim: int, cue_dim: int | None = None) -> None:
        """Build an adapter from frames of width `in_dim` to audio tokens of width `out_dim`."""
        super().__init__(out_dim, cue_dim)
        self.stride = 1
        self.project = nn.Linear(in_dim, out_dim)

    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, in_dim] to audio tokens [B, T, out_dim]."""
        return self.project(frames)
