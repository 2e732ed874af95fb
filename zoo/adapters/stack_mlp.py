"""Neighbouring frames stacked into one, then an MLP, as in SLAM-ASR (Ma et al. 2024, arXiv 2402.08846).

Voxtral's projector (Liu et al. 2025, arXiv 2507.13264) is one too, without a norm and without biases.
"""

from torch import Tensor, nn

from zoo.adapters.adapter import Adapter, fill_up
from zoo.core.hub import folder
from zoo.core.omni import STACKING, families, our_name
from zoo.core.pretrained import configuration, fill
from zoo.core.registry import adapters


@adapters.offer("stack-mlp")
class StackMlp(Adapter):
    """`stride` frames stacked, then an MLP."""

    def __init__(
        self,
        stride: int = 4,
        hidden: int = 2048,
        weights: str | None = None,
        *,
        in_dim: int,
        out_dim: int,
        cue_dim: int | None = None,
        affect_dim: int | None = None,
    ) -> None:
        """Build an adapter.

        Args:
            stride: frames that make one audio token.
            hidden: width inside the MLP; that of `weights` is as wide as the backbone.
            weights: a local folder or hub name of an omni model whose projector is such an MLP; random if None.
            in_dim: width of the encoder's frames.
            out_dim: width of the backbone's embeddings.
            cue_dim: width of the prosody head's tokens, if it hands any over.
            affect_dim: width of its affect, if it tells any.
        """
        super().__init__(out_dim, cue_dim, affect_dim)
        self.stride = stride
        own = weights is None
        hidden = hidden if own else out_dim
        self.norm = nn.LayerNorm(in_dim) if own else nn.Identity()
        self.mlp = nn.Sequential(
            nn.Linear(in_dim * stride, hidden, bias=own), nn.GELU(), nn.Linear(hidden, out_dim, bias=own)
        )
        if weights is not None:
            kind = configuration(weights, families(STACKING)).model_type
            fill(self.mlp, folder(weights), lambda stored: (our_name(kind, stored) or "").removeprefix(STACKING))

    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, in_dim] to audio tokens [B, ceil(T / stride), out_dim]."""
        frames = fill_up(self.norm(frames) * mask[..., None], self.stride)
        batch, length, width = frames.shape
        return self.mlp(frames.reshape(batch, length // self.stride, self.stride * width))
