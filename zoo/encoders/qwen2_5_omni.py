"""Qwen2.5-Omni's audio tower (Xu et al. 2025, arXiv 2503.20215): 16 kHz wave -> 25 frames/s, as wide as its own LLM.

The library's module reads the mel frames of all utterances as one row, in chunks of two seconds that see neither each
other nor padding, so a batch equals its rows. With the adapter `identity` and the backbone of the same name the joined
parts are the thinker; the wave's frames can as well go to another LLM through another adapter.
"""

from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import lengths_mask
from zoo.encoders.log_mel import HOP
from zoo.encoders.omni_tower import load_tower
from zoo.encoders.padded_mel import padded_mel

KINDS = ("qwen2_5_omni", "qwen2_5_omni_thinker", "qwen2_5_omni_audio_encoder")
SPARE = ("audio_bos_eos_token",)  # a table of two marks, which are tokens of the LLM
SHORTEST = 4 * HOP  # samples: one frame of 40 ms; a shorter wave is filled up with silence


@encoders.offer("qwen2.5-omni-3b", hub="Qwen/Qwen2.5-Omni-3B", licence="Qwen Research License", parameters=637_672_448)
@encoders.offer("qwen2.5-omni-7b", hub="Qwen/Qwen2.5-Omni-7B", licence="Apache-2.0", parameters=639_640_064)
@encoders.offer(
    "qwen2.5-omni-test",
    config={
        "d_model": 16,
        "encoder_layers": 2,
        "encoder_attention_heads": 2,
        "encoder_ffn_dim": 32,
        "output_dim": 32,
    },
)
class Qwen25Omni(Encoder):
    """Qwen2.5-Omni's audio tower; a checkpoint's vision, talker and token2wav are never read."""

    frame_rate_hz = 25.0

    def __init__(
        self, weights: str | None = None, *, hub: str | None = None, config: dict[str, Any] | None = None
    ) -> None:
        """Load the tower out of an omni checkpoint, or make a random one.

        Args:
            weights: a local folder or hub name of an omni or thinker checkpoint to load instead of the registered one.
            hub: the registered hub name.
            config: sizes of a random tower; used if neither `weights` nor `hub` is given.
        """
        from transformers.models.qwen2_5_omni import modeling_qwen2_5_omni as library

        super().__init__()
        self.net, sizes = load_tower(library, "Qwen2_5OmniAudioEncoder", KINDS, weights or hub, config or {}, SPARE)
        self.published = {"config.json": sizes.to_dict()}
        self.dim = sizes.output_dim
        self.bands = sizes.num_mel_bins
        self.limit_s = 300.0  # what its feature extractor takes

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T]."""
        mels, sizes = [], []
        for row in self.utterances(wave, lengths):
            row = nn.functional.pad(row, (0, max(0, SHORTEST - len(row))))
            mel, size = padded_mel(row, self.bands, self.limit_s)
            mels.append(mel[:, :size])
            sizes.append(size)
        told = torch.tensor(sizes, device=wave.device)
        frames = self.net(torch.cat(mels, 1), feature_lens=told).last_hidden_state  # [all T, D]
        counts = [(size + 1) // 4 for size in sizes]  # halved, rounded up, by a convolution; then in whole pairs
        padded = nn.utils.rnn.pad_sequence(frames.split(counts), batch_first=True)  # [B, T, D]
        return padded, lengths_mask(counts, padded.device)
