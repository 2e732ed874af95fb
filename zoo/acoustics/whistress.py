"""WhiStress, where its weights are at hand: which words of a known sentence are stressed (arXiv 2505.19103).

Facts from the code published with it: Whisper small.en, frozen; its encoder's and its decoder's states at the layer
that `metadata.json` names (9) go into one more Whisper decoder layer (`additional_decoder_block.pt`), the decoder's as
queries and the encoder's as what is attended to, and two linear layers with a ReLU between (`classifier.pt`: fc1, fc2)
give two scores a token, not stressed and stressed. What stands at a token speaks of the next one. A word is stressed if
one of its tokens is. The wave's peak is brought to 1 first.

The weights were not at hand here: layout and shapes are tested on small random ones, the published figures are not.
They are published as PyTorch files, which are read by torch's restricted loader: tensors, and no code.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zoo.acoustics.wave import Wave
from zoo.core.errors import ZooError
from zoo.core.hub import folder
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.places import find
from zoo.core.pretrained import configuration, fill

BACKBONE = "openai/whisper-small.en"
BLOCK, CLASSIFIER, METADATA = "additional_decoder_block.pt", "classifier.pt", "metadata.json"
LONGEST_S = 30.0  # Whisper's window
STRESSED = 1  # of the two scores


@dataclass(frozen=True)
class HeardStress:
    """A word of the transcript as it is written there, and how likely it is stressed (0 to 1)."""

    word: str
    probability: float

    @property
    def stressed(self) -> bool:
        """Whether it is more likely stressed than not."""
        return self.probability > 0.5


class WhiStress:
    """The published stress detector; English only."""

    def __init__(self, weights: str, backbone: str = BACKBONE) -> None:
        """Load it.

        Args:
            weights: a local folder with the three published files of slprl/WhiStress.
            backbone: a local folder or hub name of Whisper small.en.

        Raises:
            ZooError: if a file is missing, unreadable, or of another size than the backbone.
        """
        from transformers import AutoTokenizer, WhisperFeatureExtractor

        place = find(weights)
        missing = [name for name in (BLOCK, CLASSIFIER, METADATA) if place is None or not (place / name).is_file()]
        if place is None or missing:
            raise ZooError(
                f"{weights} holds no {missing[0]}; fetch the files of slprl/WhiStress and give the folder they are in"
            )
        sizes = configuration(backbone, ("whisper",))
        self.layer = _layer(place / METADATA, min(sizes.encoder_layers, sizes.decoder_layers))
        self.whisper = _backbone(sizes, folder(backbone))
        self.block, self.classifier = _head(sizes, place)
        self.tokenizer = AutoTokenizer.from_pretrained(folder(backbone))
        self.features = WhisperFeatureExtractor(feature_size=sizes.num_mel_bins)

    def stress(self, wave: Wave, transcription: str) -> tuple[HeardStress, ...]:
        """How likely each word of the transcript is stressed; a `ZooError` beyond 30 s or without a word."""
        import torch

        if wave.duration_s > LONGEST_S:
            raise ZooError(f"WhiStress hears {LONGEST_S:.0f} s, and the wave has {wave.duration_s:.0f}; cut it")
        if not transcription.strip():
            raise ZooError("WhiStress needs the words that were said; the transcript is empty")
        samples = wave.samples / max(float(np.abs(wave.samples).max()), 1e-9)
        mel = self.features(samples, sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt").input_features
        tokens = self.tokenizer(transcription.strip(), return_tensors="pt").input_ids  # [1, L]
        with torch.inference_mode():
            heard = self.whisper(mel, decoder_input_ids=tokens, output_hidden_states=True)
            states = self.block(
                heard.decoder_hidden_states[self.layer], encoder_hidden_states=heard.encoder_hidden_states[self.layer]
            )
            states = states[0] if isinstance(states, tuple) else states
            shares = self.classifier(states)[0].softmax(dim=-1)[:, STRESSED]  # [L]
        return self._words(tokens[0].tolist(), shares.roll(1).tolist())

    def _words(self, tokens: list[int], shares: list[float]) -> tuple[HeardStress, ...]:
        """Tokens joined to words at the spaces; a word's share is its highest token's."""
        words: list[tuple[str, float]] = []
        for token, share in zip(tokens, shares, strict=True):
            if token in self.tokenizer.all_special_ids:
                continue
            text = self.tokenizer.decode([token])
            if text.startswith(" ") or not words:
                words.append((text, share))
            else:
                words[-1] = (words[-1][0] + text, max(words[-1][1], share))
        return tuple(HeardStress(text.strip(), share) for text, share in words if text.strip())


def _layer(path: Path, layers: int) -> int:
    """The layer whose states the head reads."""
    try:
        layer = json.loads(path.read_text(encoding="utf-8"))["layer_for_head"]
    except (ValueError, KeyError, TypeError) as error:
        raise ZooError(f"{path} does not say layer_for_head ({error}); fetch it again") from None
    if not isinstance(layer, int) or not -layers - 1 <= layer <= layers:
        raise ZooError(f"{path} names layer {layer}, and the backbone has {layers}; give the Whisper it was made for")
    return layer


def _backbone(sizes: Any, place: Path) -> Any:
    """Whisper without its last projection."""
    import torch
    from transformers import AutoModel

    with torch.device("meta"):
        net = AutoModel.from_config(sizes, dtype=torch.float32, attn_implementation="sdpa")
    fill(net, place, lambda stored: stored.removeprefix("model."))
    return net.eval()


def _head(sizes: Any, place: Path) -> tuple[Any, Any]:
    """The decoder layer and the classifier.

    The published code gives the layer no mask; through torch's fused kernel, the library's default, it then looks back
    only. Whether it was trained so the code does not say.
    """
    from collections import OrderedDict

    from torch import nn
    from transformers.models.whisper.modeling_whisper import WhisperDecoderLayer

    sizes._attn_implementation = "sdpa"
    block, width = WhisperDecoderLayer(sizes, layer_idx=0), sizes.d_model
    layers = {"fc1": nn.Linear(width, 2 * width), "relu": nn.ReLU(), "fc2": nn.Linear(2 * width, 2)}
    classifier = nn.Sequential(OrderedDict(layers))
    for module, name in ((block, BLOCK), (classifier, CLASSIFIER)):
        _fill(module, place / name)
    return block.eval(), classifier.eval()


def _fill(module: Any, path: Path) -> None:
    import torch

    try:
        module.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # a broken zip, a pickle with code in it, other names or shapes: to a user they are one
        raise ZooError(f"{path} does not fit: {str(error).splitlines()[0]}; fetch it again") from None
