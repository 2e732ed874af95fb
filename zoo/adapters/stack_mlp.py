"""Neighbouring frames stacked into one, then an MLP, as in SLAM-ASR (Ma et al. 2024, arXiv 2402.08846)."""

from torch import Tensor, nn

from zoo.adapters.adapter import Adapter, fill_up
from zoo.core.registry import adapters


@adapters.offer("stack-mlp")
class StackMlp(Adapter):
    """`stride` frames stacked, then an MLP."""

    def __init__(
        self, stride: int = 4, hidden: int = 2048, *, in_dim: int, out_dim: int, cue_dim: int | None = None
    ) -> None:
        """Build an adapter.

        Args:
            stride: frames that make one audio token.
            hidden: width inside the MLP.
            in_dim: width of the encoder's frames.
            out_dim: width of the backbone's embeddings.
            cue_dim: width of the prosody head's tokens, if it hands any over.
        """
        super().__init__(out_dim, cue_dim)
        self.stride = stride
        self.norm = nn.LayerNorm(in_dim)
        self.mlp = nn.Sequential(nn.Linear(in_dim * stride, hidden), nn.GELU(), nn.Linear(hidden, out_dim))

    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, in_dim] to audio tokens [B, ceil(T / stride), out_dim]."""
        frames = fill_up(self.norm(frames) * mask[..., None], self.stride)
        batch, length, width = frames.shape
        return self.mlp(frames.reshape(batch, length // self.stride, self.stride * width))
