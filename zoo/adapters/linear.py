"""One linear layer, one audio token a frame, as in Qwen2-Audio (Chu et al. 2024, arXiv 2407.10759)."""

from torch import Tensor, nn

from zoo.adapters.adapter import Adapter
from zoo.core.hub import folder
from zoo.core.omni import PROJECTOR, families, our_name
from zoo.core.pretrained import configuration, fill
from zoo.core.registry import adapters


@adapters.offer("linear")
class Linear(Adapter):
    """One linear layer; as many audio tokens as frames."""

    def __init__(
        self,
        weights: str | None = None,
        *,
        in_dim: int,
        out_dim: int,
        cue_dim: int | None = None,
        affect_dim: int | None = None,
    ) -> None:
        """Build an adapter.

        Args:
            weights: a local folder or hub name of an omni model whose projector is such a layer; random if None.
            in_dim: width of the encoder's frames.
            out_dim: width of the backbone's embeddings.
            cue_dim: width of the prosody head's tokens, if it hands any over.
            affect_dim: width of its affect, if it tells any.
        """
        super().__init__(out_dim, cue_dim, affect_dim)
        self.stride = 1
        self.project = nn.Linear(in_dim, out_dim)
        if weights is not None:
            kind = configuration(weights, families(PROJECTOR)).model_type
            fill(self.project, folder(weights), lambda stored: (our_name(kind, stored) or "").removeprefix(PROJECTOR))

    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, in_dim] to audio tokens [B, T, out_dim]."""
        return self.project(frames)
