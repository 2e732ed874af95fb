"""Self-supervised speech encoders, one anatomy for four families: 16 kHz wave -> 50 frames/s.

wav2vec 2.0 (Baevski et al. 2020, arXiv 2006.11477), HuBERT (Hsu et al. 2021, arXiv 2106.07447), WavLM (Chen et al.
2021, arXiv 2110.13900) and data2vec (Baevski et al. 2022, arXiv 2202.03555): a stack of convolutions over the wave,
then a transformer. The library's modules are run one by one, since its own forward lets padding leak into a batch: the
wave's normalisation and the group norm of the first convolution look along time, and data2vec's positional convolutions
stand on top of each other.
"""

import warnings
from typing import Any

from torch import Tensor, nn

from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import LayerMix, kept, lengths_mask
from zoo.encoders.ssl_weights import TEST_SIZES, load, normalises, sizes_of

# WavLM's own attention hands torch two kinds of mask, which torch grumbles about and gets right.
warnings.filterwarnings("ignore", message="Support for mismatched key_padding_mask")


@encoders.offer("wav2vec2-base", hub="facebook/wav2vec2-base", licence="Apache-2.0", parameters=94_370_944)
@encoders.offer(
    "wav2vec2-large-robust", hub="facebook/wav2vec2-large-robust", licence="Apache-2.0", parameters=315_437_696
)
@encoders.offer("hubert-base", hub="facebook/hubert-base-ls960", licence="Apache-2.0", parameters=94_370_944)
@encoders.offer("hubert-large", hub="facebook/hubert-large-ll60k", licence="Apache-2.0", parameters=315_437_696)
@encoders.offer("wavlm-base", hub="microsoft/wavlm-base", licence="CC-BY-SA-3.0", parameters=94_381_168)
@encoders.offer("wavlm-base-plus", hub="microsoft/wavlm-base-plus", licence="CC-BY-SA-3.0", parameters=94_381_168)
@encoders.offer("wavlm-large", hub="microsoft/wavlm-large", licence="CC-BY-SA-3.0", parameters=315_452_096)
@encoders.offer("data2vec-audio-base", hub="facebook/data2vec-audio-base", licence="Apache-2.0", parameters=93_163_520)
@encoders.offer(
    "data2vec-audio-large", hub="facebook/data2vec-audio-large", licence="Apache-2.0", parameters=313_275_392
)
@encoders.offer("wav2vec2-test", config={"model_type": "wav2vec2", "feat_extract_norm": "group"})
@encoders.offer(
    "hubert-test", config={"model_type": "hubert", "feat_extract_norm": "layer", "do_stable_layer_norm": True}
)
@encoders.offer("wavlm-test", config={"model_type": "wavlm", "feat_extract_norm": "group"})
@encoders.offer("data2vec-audio-test", config={"model_type": "data2vec-audio", "num_conv_pos_embeddings": 3})
class SelfSupervised(Encoder):
    """A wav2vec 2.0, HuBERT, WavLM or data2vec encoder, whole or its first layers."""

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
        """Build the convolutions and the first `layers` layers (all if None) and load their weights alone.

        Args:
            layers: how many transformer layers are kept, from the first.
            mix: a learned mix of the input of layer 1 and every layer's output, and not the last output.
            weights: a local folder or hub name to load instead of the registered one.
            hub: the registered hub name.
            config: what a random model of test size is beside its sizes; used without `weights` and `hub`.
        """
        super().__init__()
        source = weights or hub
        sizes = sizes_of(source, {**TEST_SIZES, **(config or {})})
        self.normalises = normalises(source)
        self.published = {
            "config.json": sizes.to_dict(),
            "preprocessor_config.json": {"do_normalize": self.normalises},
        }
        whole = sizes.num_hidden_layers
        sizes.num_hidden_layers = kept(layers, whole, source or "this encoder")
        # data2vec has neither setting: layer norms in its convolutions, and all sizes made like the base ones.
        self.group_norm = getattr(sizes, "feat_extract_norm", "layer") == "group"
        norm_last = getattr(sizes, "do_stable_layer_norm", False)
        self.norm_first = not norm_last  # base sizes normalise the layers' input, large ones their output
        self.last_norm = norm_last and sizes.num_hidden_layers == whole
        self.net = load(sizes, source, has_norm=self.norm_first or self.last_norm)
        self.gated_positions = sizes.model_type == "wavlm"  # its layers hand a relative position bias on
        self.mix = LayerMix(sizes.num_hidden_layers + 1) if mix else None
        self.steps = list(zip(sizes.conv_kernel, sizes.conv_stride, strict=True))
        self.dim = sizes.hidden_size
        self.limit_s = 120.0  # attention is over the whole utterance: memory grows with the square of its length

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T]."""
        frames, counts = self._convolve([self._normal(row) for row in self.utterances(wave, lengths)])
        mask = lengths_mask(counts, frames.device)  # [B, T]
        projected = self.net.feature_projection(frames)
        frames = projected[0] if isinstance(projected, tuple) else projected  # HuBERT's returns the frames alone
        frames = frames * mask[..., None]  # what the positional convolution reads beyond an utterance alone
        stack = self.net.encoder
        frames = frames + self._positions(frames, mask)
        if self.norm_first:
            frames = stack.layer_norm(frames)
        states = self._transform(stack.dropout(frames), mask)
        if self.last_norm:
            states[-1] = stack.layer_norm(states[-1])
        frames = self.mix(states) if self.mix else states[-1]
        return frames * mask[..., None], mask

    def _normal(self, wave: Tensor) -> Tensor:
        """One wave [N] as the library's feature extractor hands it on, at least one frame long."""
        if self.normalises:
            wave = (wave - wave.mean()) / (wave.var(correction=0) + 1e-7).sqrt()
        return nn.functional.pad(wave, (0, max(0, self._receptive_field - wave.shape[-1])))

    @property
    def _receptive_field(self) -> int:
        """Samples that make one frame."""
        field = 1
        for kernel, stride in reversed(self.steps):
            field = (field - 1) * stride + kernel
        return field

    def _frames_of(self, samples: int) -> int:
        for kernel, stride in self.steps:
            samples = (samples - kernel) // stride + 1
        return samples

    def _convolve(self, waves: list[Tensor]) -> tuple[Tensor, list[int]]:
        """Waves, each [N], to frames [B, T, C] of the convolutions and how many are data in each."""
        convolutions, dtype = self.net.feature_extractor, next(self.net.parameters()).dtype
        counts = [self._frames_of(len(wave)) for wave in waves]
        if self.group_norm:  # it looks along time, so each utterance goes alone
            rows = [convolutions(wave[None].to(dtype))[0].T for wave in waves]
            return nn.utils.rnn.pad_sequence(rows, batch_first=True), counts
        padded = nn.utils.rnn.pad_sequence(waves, batch_first=True).to(dtype)
        return convolutions(padded).mT, counts

    def _positions(self, frames: Tensor, mask: Tensor) -> Tensor:
        """What the positional convolutions add to frames [B, T, D]; each of several reads zeros beyond an utterance."""
        convolution = self.net.encoder.pos_conv_embed
        if not hasattr(convolution, "layers"):
            return convolution(frames)
        for layer in convolution.layers:
            frames = layer((frames * mask[..., None]).mT).mT
        return frames

    def _transform(self, frames: Tensor, mask: Tensor) -> list[Tensor]:
        """The states of the transformer: the input of layer 1 and every layer's output, or the last one alone."""
        states, bias = [frames], None
        for layer in self.net.encoder.layers:
            if self.gated_positions:
                frames, bias = layer(frames, attention_mask=mask, position_bias=bias)
            else:
                frames = layer(frames, attention_mask=mask[:, None, None, :])
            states = [*states, frames] if self.mix else [frames]
        return states
