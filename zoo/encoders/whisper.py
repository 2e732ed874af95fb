"""Whisper's encoder on audio of its own length (Radford et al. 2022, arXiv 2212.04356): 16 kHz wave -> 50 frames/s.

The library's encoder takes 30 s windows only, so a three-second utterance costs what thirty seconds cost. Here the
same layers run on the mel frames that are there: the convolutions see zeros past an utterance's end, attention sees
nothing, and positions count from the utterance's start.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from zoo.core.hub import folder
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.pretrained import configuration, fill
from zoo.core.registry import encoders
from zoo.encoders.encoder import Encoder
from zoo.encoders.layers import LayerMix, kept, lengths_mask
from zoo.encoders.log_mel import log_mel

WINDOW_S = 30  # Whisper's positions end here; longer audio is encoded window after window


@encoders.offer("whisper-tiny", hub="openai/whisper-tiny", licence="Apache-2.0", parameters=8_208_384)
@encoders.offer("whisper-base", hub="openai/whisper-base", licence="Apache-2.0", parameters=20_590_592)
@encoders.offer("whisper-small", hub="openai/whisper-small", licence="Apache-2.0", parameters=88_154_112)
@encoders.offer("whisper-medium", hub="openai/whisper-medium", licence="Apache-2.0", parameters=307_216_384)
@encoders.offer("whisper-large-v3", hub="openai/whisper-large-v3", licence="Apache-2.0", parameters=636_968_960)
@encoders.offer("whisper-large-v3-turbo", hub="openai/whisper-large-v3-turbo", licence="MIT", parameters=636_968_960)
@encoders.offer(
    "whisper-test",
    config={
        "d_model": 32,
        "encoder_layers": 3,
        "encoder_attention_heads": 2,
        "encoder_ffn_dim": 64,
        "num_mel_bins": 80,
    },
)
class Whisper(Encoder):
    """Whisper's encoder, whole or its first layers."""

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
            layers: how many layers are kept, from the first.
            mix: a learned mix of the input of layer 1 and every layer's output, and not the last output.
            weights: a local folder or hub name to load instead of the registered one.
            hub: the registered hub name.
            config: sizes of a random model; used if neither `weights` nor `hub` is given.
        """
        super().__init__()
        source = weights or hub
        sizes = _sizes(source, config)
        self.published = {"config.json": sizes.to_dict()}
        whole = sizes.encoder_layers
        sizes.encoder_layers = kept(layers, whole, source or "this encoder")
        self.last_norm = sizes.encoder_layers == whole  # it was trained on the last layer's output and fits no other
        self.net = _load(sizes, source, self.last_norm)
        self.mix = LayerMix(sizes.encoder_layers + 1) if mix else None
        self.dim = sizes.d_model
        self.bands = sizes.num_mel_bins
        self.window = min(sizes.max_source_positions * 2 * 160, WINDOW_S * SAMPLE_RATE_HZ)

    def forward(self, wave: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Waves [B, N] to frames [B, T, D] and mask [B, T]; audio beyond 30 s is encoded in windows and joined."""
        pieces = [utterance.split(self.window) for utterance in self.utterances(wave, lengths)]
        mels = [log_mel(window, self.bands) for windows in pieces for window in windows]
        frames, counts = self._encode(mels)

        window = iter(frame[:count] for frame, count in zip(frames, counts, strict=True))
        rows = [torch.cat([next(window) for _ in windows]) for windows in pieces]  # [T, D] each
        padded = nn.utils.rnn.pad_sequence(rows, batch_first=True)  # [B, T, D]
        return padded, lengths_mask([len(row) for row in rows], padded.device)

    def _encode(self, mels: list[Tensor]) -> tuple[Tensor, list[int]]:
        """Mel spectrograms, each [M, t] of at most 30 s, to frames [W, T, D] and how many are data in each."""
        net = self.net
        sizes = [mel.shape[-1] for mel in mels]
        mel = nn.utils.rnn.pad_sequence([mel.T for mel in mels], batch_first=True).mT.to(
            net.conv1.weight.dtype
        )  # [W, M, t]
        # A window alone has zeros past its end in both convolutions; in a batch the first would smear into the padding.
        halfway = gelu(net.conv1(mel)) * lengths_mask(sizes, mel.device)[:, None]
        counts = [(size + 1) // 2 for size in sizes]
        mask = lengths_mask(counts, mel.device)  # [W, T]
        frames = gelu(net.conv2(halfway)).mT
        frames = frames + net.embed_positions.weight[: frames.shape[1]]

        attends = None if len(set(counts)) == 1 else mask[:, None, None, :]
        states = [frames]
        for layer in net.layers:
            frames = layer(frames, attends)
            states = [*states, frames] if self.mix else [frames]
        if self.last_norm:
            states[-1] = net.layer_norm(states[-1])
        frames = self.mix(states) if self.mix else states[-1]
        return frames * mask[..., None], counts


def _sizes(source: str | None, config: dict[str, Any] | None) -> Any:
    from transformers import WhisperConfig

    return configuration(source, ("whisper",)) if source else WhisperConfig(**(config or {}))


def _load(sizes: Any, source: str | None, last_norm: bool) -> Any:
    """The library's encoder of those sizes: with the weights of a folder or hub name, or random where it is None."""
    from transformers.initialization import no_init_weights
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    sizes._attn_implementation = "sdpa"
    if source:
        with torch.device("meta"), no_init_weights():  # drawing numbers that are not there imports sympy, 0.3 s
            net = WhisperEncoder(sizes)
    else:
        net = WhisperEncoder(sizes)
    if not last_norm:
        del net.layer_norm
    if source:
        fill(net, folder(source), lambda stored: stored.removeprefix("model.").removeprefix("encoder."))
    net.embed_positions.requires_grad_(False)  # sinusoids, never trained
    return net
