"""Voxtral's audio tower (Liu et al. 2025, arXiv 2507.13264): 16 kHz wave -> 50 frames/s in whole windows of 30 s.

A Whisper encoder that was trained further with the silence in it: audio is filled up to a multiple of 30 s, every frame
of a window sees every other, and all of them go to the LLM. So does this part, since fewer frames would be frames that
the model never saw: an utterance of 3 s costs 1,500 frames, 375 audio tokens, as one of 30 s does. The projector, which
stacks four frames, is the adapter `stack-mlp`.
"""

from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import lengths_mask
from zoo.encoders.log_mel import HOP, log_mel
from zoo.encoders.omni_tower import load_tower

KINDS = ("voxtral", "voxtral_encoder")
MELS = 2  # mel frames a frame, by the second convolution


@encoders.offer("voxtral-mini-3b", hub="mistralai/Voxtral-Mini-3B-2507", licence="Apache-2.0", parameters=636_968_960)
@encoders.offer(
    "voxtral-small-24b", hub="mistralai/Voxtral-Small-24B-2507", licence="Apache-2.0", parameters=636_968_960
)
@encoders.offer(
    "voxtral-test",
    window_s=2.0,
    config={
        "d_model": 16,
        "encoder_layers": 2,
        "encoder_attention_heads": 2,
        "encoder_ffn_dim": 64,
        "max_source_positions": 100,
    },
)
class Voxtral(Encoder):
    """Voxtral's audio tower, before its projector; the silence behind the audio fills the last window."""

    frame_rate_hz = 50.0
    window_s = 30.0
    limit_s = 2400.0  # 40 minutes, 30,000 audio tokens: what its report says that its context holds

    def __init__(
        self, weights: str | None = None, *, hub: str | None = None, config: dict[str, Any] | None = None
    ) -> None:
        """Load the tower out of a Voxtral checkpoint, or make a random one.

        Args:
            weights: a local folder or hub name to load instead of the registered one.
            hub: the registered hub name.
            config: sizes of a random tower; used if neither `weights` nor `hub` is given.
        """
        from transformers.models.voxtral import modeling_voxtral as library

        super().__init__()
        self.net, sizes = load_tower(library, "VoxtralEncoder", KINDS, weights or hub, config or {})
        self.published = {"config.json": sizes.to_dict()}
        self.dim = sizes.d_model
        self.bands = sizes.num_mel_bins
        self.window = sizes.max_source_positions * MELS * HOP  # samples
        self.window_s = self.window / SAMPLE_RATE_HZ

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T], True to the end of an utterance's last window."""
        windows = [self._windows(row) for row in self.utterances(wave, lengths)]
        frames = self.net(torch.cat(windows)).last_hidden_state  # [W, T of a window, D]
        rows = [row.flatten(0, 1) for row in frames.split([len(row) for row in windows])]  # [T, D] each
        padded = nn.utils.rnn.pad_sequence(rows, batch_first=True)  # [B, T, D]
        return padded, lengths_mask([len(row) for row in rows], padded.device)

    def _windows(self, wave: Tensor) -> Tensor:
        """The spectrograms [W, M, t] of a wave's windows: cut from one, whose loudest frame sets the floor of all."""
        whole = max(1, -(-len(wave) // self.window)) * self.window
        mel = log_mel(nn.functional.pad(wave, (0, whole - len(wave))), self.bands)  # [M, W t]
        return mel.unflatten(1, (-1, self.window // HOP)).transpose(0, 1)
