"""A strided convolution over frames, then an MLP: 50 frames/s -> 12.5 audio tokens/s at stride 4.

The convolution sees stride - 1 frames on either side of its own, so no audio token begins with a hard cut.
"""

from torch import Tensor, nn

from zoo.adapters.adapter import Adapter
from zoo.core.registry import adapters


@adapters.offer("conv-mlp")
class ConvMlp(Adapter):
    """A strided convolution, then an MLP."""

    def __init__(
        self,
        stride: int = 4,
        hidden: int = 2048,
        *,
        in_dim: int,
        out_dim: int,
        cue_dim: int | None = None,
        affect_dim: int | None = None,
    ) -> None:
        """Build an adapter.

        Args:
            stride: frames that make one audio token.
            hidden: width inside the MLP.
            in_dim: width of the encoder's frames.
            out_dim: width of the backbone's embeddings.
            cue_dim: width of the prosody head's tokens, if it hands any over.
            affect_dim: width of its affect, if it tells any.
        """
        super().__init__(out_dim, cue_dim, affect_dim)
        self.stride = stride
        self.norm = nn.LayerNorm(in_dim)  # frames from inside an encoder differ in scale by orders of magnitude
        self.conv = nn.Conv1d(in_dim, out_dim, kernel_size=2 * stride - 1, stride=stride, padding=stride - 1)
        self.mlp = nn.Sequential(
            nn.GELU(), nn.LayerNorm(out_dim), nn.Linear(out_dim, hidden), nn.GELU(), nn.Linear(hidden, out_dim)
        )

    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, in_dim] to audio tokens [B, ceil(T / stride), out_dim]."""
        frames = self.norm(frames) * mask[..., None]  # the norm's bias would reach into the padding
        return self.mlp(self.conv(frames.mT).mT)
