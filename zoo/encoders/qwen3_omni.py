"""Qwen3-Omni's audio tower (Xu et al. 2025, arXiv 2509.17765): 16 kHz wave -> 13 frames/s, as wide as its own LLM.

The library's module fills chunks of one second up with zeros to the longest chunk that it is given, its convolutions
see the filling, and its feature extractor reflects the longest wave's end alone: in a batch of several waves a short
one's frames depend on the others. Each wave goes alone here, which is what the library gives for it alone.
"""

from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import lengths_mask
from zoo.encoders.log_mel import log_mel
from zoo.encoders.omni_tower import load_tower

KINDS = ("qwen3_omni_moe", "qwen3_omni_moe_thinker", "qwen3_omni_moe_audio_encoder")


@encoders.offer(
    "qwen3-omni-30b-a3b-instruct",
    hub="Qwen/Qwen3-Omni-30B-A3B-Instruct",
    licence="Apache-2.0",
    parameters=647_927_168,
)
@encoders.offer(
    "qwen3-omni-test",
    config={
        "d_model": 16,
        "encoder_layers": 2,
        "encoder_attention_heads": 2,
        "encoder_ffn_dim": 32,
        "output_dim": 32,
        "downsample_hidden_size": 4,
    },
)
class Qwen3Omni(Encoder):
    """Qwen3-Omni's audio tower; a checkpoint's vision, talker and code2wav are never read."""

    frame_rate_hz = 13.0

    def __init__(
        self, weights: str | None = None, *, hub: str | None = None, config: dict[str, Any] | None = None
    ) -> None:
        """Load the tower out of an omni checkpoint, or make a random one.

        Args:
            weights: a local folder or hub name of an omni or thinker checkpoint to load instead of the registered one.
            hub: the registered hub name.
            config: sizes of a random tower; used if neither `weights` nor `hub` is given.
        """
        from transformers.models.qwen3_omni_moe import modeling_qwen3_omni_moe as library

        super().__init__()
        self.net, sizes = load_tower(library, "Qwen3OmniMoeAudioEncoder", KINDS, weights or hub, config or {})
        self.published = {"config.json": sizes.to_dict()}
        self.dim = sizes.output_dim
        self.bands = sizes.num_mel_bins
        self.limit_s = 300.0  # attention is in windows of 8 s; longer audio is only memory

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T]."""
        rows = []
        for row in self.utterances(wave, lengths):
            mel = log_mel(row, self.bands)
            size = torch.tensor([mel.shape[1]], device=mel.device)
            rows.append(self.net(mel, feature_lens=size).last_hidden_state)  # [T, D]
        padded = nn.utils.rnn.pad_sequence(rows, batch_first=True)  # [B, T, D]
        return padded, lengths_mask([len(row) for row in rows], padded.device)
