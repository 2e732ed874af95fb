"""What every adapter promises: frames in, audio tokens as wide as the backbone out."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn


class Adapter(nn.Module, ABC):
    """Frames, and cue tokens where a prosody head hands them over, to audio tokens.

    A subclass takes `*, in_dim, out_dim, cue_dim=None, affect_dim=None` from its neighbours, states `stride`, how many
    frames make one audio token, and writes `adapt`. Cue tokens, if any, come first, one audio token each. Affect is
    told by every token after them: said once among sixty, a language model trained from scratch does not find it in
    hundreds of steps.
    """

    stride: int

    def __init__(self, out_dim: int, cue_dim: int | None = None, affect_dim: int | None = None) -> None:
        super().__init__()
        self.affect = nn.Linear(affect_dim, out_dim) if affect_dim is not None else None
        self.cue_tokens = nn.Linear(cue_dim, out_dim) if cue_dim is not None else None

    @abstractmethod
    def adapt(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Frames [B, T, in_dim], zero in the padding, and mask [B, T] to tokens [B, ceil(T / stride), out_dim]."""

    def forward(
        self,
        frames: Tensor,
        mask: Tensor,
        cues: Tensor | None = None,
        affect: Tensor | None = None,
        hidden: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Adapt.

        Args:
            frames: [B, T, in_dim].
            mask: [B, T], True where data is, data first and padding last.
            cues: [B, Q, cue_dim] cue tokens of the prosody head, or None.
            affect: [B, affect_dim] of the prosody head, or None.
            hidden: [B], True where an utterance's frames are told as nothing, and cues and affect must do; or None.

        Returns:
            audio tokens [B, A, out_dim] and their mask [B, A], True where data is, data first and padding last. The
            last token of an utterance may stand for fewer than `stride` frames. Tokens are zero in the padding.

        Raises:
            ValueError: cues are given to an adapter built without `cue_dim`, or missing in one built with it; so for
                affect.
        """
        tokens = self.adapt(frames * mask[..., None], mask)  # [B, A, out_dim]
        if hidden is not None:
            tokens = tokens * ~hidden[:, None, None]
        if (affect is None) != (self.affect is None):
            raise ValueError("affect is handed over if and only if the adapter was built with its width, affect_dim")
        if affect is not None and self.affect is not None:
            tokens = tokens + self.affect(affect)[:, None]
        counts = (mask.sum(1) + self.stride - 1) // self.stride
        kept = torch.arange(tokens.shape[1], device=mask.device) < counts[:, None]  # [B, A]
        tokens = tokens * kept[..., None]
        if (cues is None) != (self.cue_tokens is None):
            raise ValueError(
                "cue tokens are handed over if and only if the adapter was built with their width, cue_dim"
            )
        if cues is None or self.cue_tokens is None:
            return tokens, kept
        ahead = self.cue_tokens(cues)  # [B, Q, out_dim]
        return torch.cat([ahead, tokens], 1), torch.cat([kept.new_ones(ahead.shape[:2]), kept], 1)


def fill_up(frames: Tensor, stride: int) -> Tensor:
    """Frames [B, T, D] with zero frames after them, so that `stride` divides their number."""
    return nn.functional.pad(frames, (0, 0, 0, -frames.shape[1] % stride))
