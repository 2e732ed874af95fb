"""w2v-BERT 2.0's conformer on Kaldi's mel bands, two neighbours stacked: 16 kHz wave -> 50 frames/s.

Pretrained on 4.5 million hours in 143 languages (Barrault et al. 2023, arXiv 2312.05187). Its convolutions look back
alone, so padding after an utterance reaches nothing once attention does not see it.
"""

from typing import Any

import torch
from torch import Tensor, nn

from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import LayerMix, kept, lengths_mask
from zoo.encoders.ssl_weights import load, sizes_of

FAMILY = ("wav2vec2-bert",)
BANDS = 80
STACKED = 2  # mel frames, 10 ms each, that make one frame
SHORTEST = 400 + 160  # samples of two mel frames: a window of 25 ms and a hop
INT16 = 2**15  # Kaldi counts in 16-bit integers
LEAST_VARIANCE = 1e-7  # of a band over an utterance, as the library's feature extractor has it


@encoders.offer("w2v-bert-2.0", hub="facebook/w2v-bert-2.0", licence="MIT", parameters=580_492_096)
@encoders.offer(
    "w2v-bert-test",
    config={
        "model_type": "wav2vec2-bert",
        "hidden_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    },
)
class W2vBert(Encoder):
    """A w2v-BERT 2.0 encoder, whole or its first layers."""

    frame_rate_hz = 50.0

    def __init__(
        self,
        layers: int | None = None,
        mix: bool = False,
        weights: str | None = None,
        *,
        hub: str | None = None,
        config: dict[str, Any] | None = None,
    ) -> None:
        """Build the first `layers` layers (all if None) and load their weights alone.

        Args:
            layers: how many conformer layers are kept, from the first.
            mix: a learned mix of the input of layer 1 and every layer's output, and not the last output.
            weights: a local folder or hub name to load instead of the registered one.
            hub: the registered hub name.
            config: sizes of a random model; used without `weights` and `hub`.
        """
        super().__init__()
        source = weights or hub
        sizes = sizes_of(source, config or {}, FAMILY)
        sizes.add_adapter = sizes.use_intermediate_ffn_before_adapter = False  # of a speech recogniser's head
        self.published = {"config.json": sizes.to_dict()}
        sizes.num_hidden_layers = kept(layers, sizes.num_hidden_layers, source or "this encoder")
        self.net = load(sizes, source)
        self.mix = LayerMix(sizes.num_hidden_layers + 1) if mix else None
        self.dim = sizes.hidden_size
        self.limit_s = 60.0  # each layer spells out a position vector for every pair of frames: 2.3 GB at 60 s

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T]."""
        from transformers.masking_utils import create_bidirectional_mask

        bands = [mel_bands(row) for row in self.utterances(wave, lengths)]
        stack = self.net.encoder
        mask = lengths_mask([len(row) for row in bands], wave.device)  # [B, T]
        padded = nn.utils.rnn.pad_sequence(bands, batch_first=True).to(next(self.net.parameters()).dtype)
        frames = self.net.feature_projection(padded)[0] * mask[..., None]  # [B, T, D]
        attends = create_bidirectional_mask(config=self.net.config, inputs_embeds=frames, attention_mask=mask)
        frames = stack.dropout(frames)
        positions = stack.embed_positions(frames) if stack.embed_positions is not None else None
        states = [frames]
        for layer in stack.layers:
            frames = layer(
                frames, attention_mask=attends, relative_position_embeddings=positions, conv_attention_mask=mask
            )
            states = [*states, frames] if self.mix else [frames]
        frames = self.mix(states) if self.mix else states[-1]
        return frames * mask[..., None], mask


def mel_bands(wave: Tensor) -> Tensor:
    """A wave [N] at 16 kHz to [T, STACKED * BANDS], as `SeamlessM4TFeatureExtractor` where it masks nothing.

    Each band has zero mean and unit variance over the utterance; an odd last mel frame is left out, as there.
    """
    from torchaudio.compliance.kaldi import fbank

    wave = nn.functional.pad(wave.float(), (0, max(0, SHORTEST - wave.shape[-1])))
    with torch.autocast(wave.device.type, enabled=False):  # bfloat16 would blur quiet bands
        mel = fbank(wave[None] * INT16, num_mel_bins=BANDS)  # [t, M]
    mel = (mel - mel.mean(0)) / (mel.var(0) + LEAST_VARIANCE).sqrt()
    whole = len(mel) // STACKED * STACKED
    return mel[:whole].reshape(-1, STACKED * BANDS)
