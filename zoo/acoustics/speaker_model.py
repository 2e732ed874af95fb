"""Gender and age by the wav2vec 2.0 that the official pipeline asks (F. Burkhardt et al., arXiv 2306.16962).

Facts from its model card and its authors' how-to: 24 layers fine-tuned from wav2vec2-large-robust, the last layer's
states averaged over time, two heads (dense, tanh, out_proj) named `age`, one output in units of 100 years, and
`gender`, whose three outputs are female, male, child. An early card printed another order (child first) above its
example; the how-to and later cards agree on this one. Its weights were not at hand here: what is tested is the layout.
"""

from typing import Any

import numpy as np

from zoo.acoustics.energy import Energy
from zoo.acoustics.speaker_judge import Speaker, SpeakerJudge, by_logit, logit
from zoo.acoustics.tracker import Track
from zoo.acoustics.wave import Wave
from zoo.core.hub import folder
from zoo.core.pretrained import configuration, fill, parametrized
from zoo.core.registry import speakers

LONGEST_S = 20.0  # a voice tells itself in less, and attention costs the square
HEADS = {"age": 1, "gender": 3}
CHILD_YEARS = 12.0  # where the model says child and an age beyond it, the two disagree and the age is left open


@speakers.offer(
    "wav2vec2-age-gender",
    hub="audeering/wav2vec2-large-robust-24-ft-age-gender",
    licence="CC-BY-NC-SA-4.0",
    parameters=317_540_996,
)
class AgeGender(SpeakerJudge):
    """audEERING's age and gender model, where its weights are at hand; not for commercial use."""

    def __init__(self, weights: str | None = None, *, hub: str) -> None:
        """Load the weights from a local folder or hub name, the registered one if None; a `ZooError` if it cannot."""
        self.source = weights or hub
        self.net = _load(self.source)

    def judge(self, wave: Wave, track: Track, levels: Energy) -> Speaker:
        """Judge the speaker of a 16 kHz wave; a child has no gender here, silence no speaker."""
        if not levels.speech.any():
            return Speaker()
        years, (female, male, child) = self._answer(wave)
        if child > max(female, male):
            return Speaker(age_years=years if years <= CHILD_YEARS + 1 else None)
        return by_logit(logit(female, male), 0.0, years)

    def _answer(self, wave: Wave) -> tuple[float, tuple[float, float, float]]:
        """Years, and the shares of female, male and child."""
        import torch

        samples = wave.samples[: round(LONGEST_S * wave.rate_hz)].astype(np.float32)
        normal = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)  # as the card's processor does
        with torch.inference_mode():
            pooled = self.net["wav2vec2"](torch.from_numpy(normal)[None]).last_hidden_state.mean(dim=1)  # [1, D]
            age, gender = (_head(self.net[name], pooled)[0] for name in HEADS)
        female, male, child = gender.softmax(dim=0).tolist()
        return min(max(100 * float(age), 0.0), 120.0), (female, male, child)


def _head(head: Any, pooled: Any) -> Any:
    return head["out_proj"](head["dense"](pooled).tanh())


def _load(source: str) -> Any:
    """The network with its published names, in float32 and in evaluation."""
    import torch
    from torch import nn
    from transformers import AutoModel

    sizes = configuration(source, ("wav2vec2",))
    sizes.mask_time_prob = sizes.mask_feature_prob = 0.0  # SpecAugment is for training; without it, no mask vector
    width = sizes.hidden_size
    with torch.device("meta"):
        parts: dict[str, nn.Module] = {"wav2vec2": AutoModel.from_config(sizes, dtype=torch.float32)}
        for name, outputs in HEADS.items():
            parts[name] = nn.ModuleDict({"dense": nn.Linear(width, width), "out_proj": nn.Linear(width, outputs)})
        net = nn.ModuleDict(parts)
    fill(net, folder(source), parametrized)
    return net.eval()
