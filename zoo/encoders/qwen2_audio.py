"""Qwen2-Audio's audio tower (Chu et al. 2024, arXiv 2407.10759) on audio of its own length: 16 kHz wave -> 25 frames/s.

The library's tower takes windows of 30 s filled up with silence, hides the silence from attention and throws its frames
away. Here the same layers run on the frames that are kept and the few of silence that the convolutions reach into, so
that the frames are the same and a three-second utterance costs a tenth.
"""

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import gelu

from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import lengths_mask
from zoo.encoders.log_mel import HOP
from zoo.encoders.omni_tower import load_tower
from zoo.encoders.padded_mel import padded_mel

KINDS = ("qwen2_audio", "qwen2_audio_encoder")
SHORTEST = 4 * HOP  # samples: one frame of 40 ms; a shorter wave is filled up with silence


@encoders.offer(
    "qwen2-audio-7b-instruct", hub="Qwen/Qwen2-Audio-7B-Instruct", licence="Apache-2.0", parameters=636_968_960
)
@encoders.offer(
    "qwen2-audio-test",
    config={"d_model": 32, "encoder_layers": 2, "encoder_attention_heads": 2, "encoder_ffn_dim": 64},
)
class Qwen2Audio(Encoder):
    """Qwen2-Audio's audio tower, before its projector, which is the adapter `linear`."""

    frame_rate_hz = 25.0

    def __init__(
        self, weights: str | None = None, *, hub: str | None = None, config: dict[str, Any] | None = None
    ) -> None:
        """Load the tower out of a Qwen2-Audio checkpoint, or make a random one.

        Args:
            weights: a local folder or hub name to load instead of the registered one.
            hub: the registered hub name.
            config: sizes of a random tower; used if neither `weights` nor `hub` is given.
        """
        from transformers.models.qwen2_audio import modeling_qwen2_audio as library

        super().__init__()
        self.net, sizes = load_tower(library, "Qwen2AudioEncoder", KINDS, weights or hub, config or {})
        self.published = {"config.json": sizes.to_dict()}
        self.dim = sizes.d_model
        self.bands = sizes.num_mel_bins
        self.limit_s = sizes.max_source_positions / 50  # 30 s: its positions end there, and it was taught no more

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T]."""
        rows = [nn.functional.pad(row, (0, max(0, SHORTEST - len(row)))) for row in self.utterances(wave, lengths)]
        mels, sizes = zip(*(padded_mel(row, self.bands, self.limit_s) for row in rows), strict=True)
        halves = [(size + 1) // 2 for size in sizes]
        frames = self._convolve(list(mels))[:, : max(halves)]  # [B, 2 T, D], at 50 frames/s
        frames = frames + self.net.embed_positions.weight[: frames.shape[1]]
        attends = None if len(set(halves)) == 1 else lengths_mask(halves, frames.device)[:, None, None, :]
        for layer in self.net.layers:
            frames = layer(frames, attends)
        frames = self.net.layer_norm(self.net.avg_pooler(frames.mT).mT)  # [B, T, D]: of whole pairs alone
        mask = lengths_mask([half // 2 for half in halves], frames.device)
        return frames[:, : mask.shape[1]] * mask[..., None], mask

    def _convolve(self, mels: list[Tensor]) -> Tensor:
        """Spectrograms, each [M, t] with silence behind, to [B, t / 2, D]; what is behind the silence is never read."""
        mel = nn.utils.rnn.pad_sequence([mel.T for mel in mels], batch_first=True).mT  # [B, M, t]
        return gelu(self.net.conv2(gelu(self.net.conv1(mel.to(self.net.conv1.weight.dtype))))).mT
