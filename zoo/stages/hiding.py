"""Frames hidden in training, so that an LLM reads what its ear tells of them.

A language model that learns to talk from few recordings knows them by their frames, and others it does not; cues and
affect, which a frozen head tells, are as good on voices that nobody has trained on.
"""

from collections.abc import Sequence
from random import Random

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.models.speech_lm import SpeechLM


def refuse_to_hide_all(share: float, model: SpeechLM, option: str) -> None:
    """Raise a `ZooError` where a share is none, or the model would hear nothing without its frames."""
    if not 0 <= share <= 1:
        raise ZooError(f"{option} is {share:g}; it is the share of utterances whose frames are hidden, from 0 to 1")
    tells = model.prosody is not None and (model.prosody.tokens_dim is not None or model.prosody.affect is not None)
    if share and not tells:
        raise ZooError(
            f"{option} is {share:g}, and without frames this model hears nothing: give it a prosody head with "
            "tokens: true or affect: 32"
        )


def hidden(shares: Sequence[float], keys: Sequence[str], seed: int, step: int) -> Tensor | None:
    """Which of B utterances have their frames hidden in this step, [B]; None where no share is above 0."""
    if not any(shares):
        return None
    draws = [Random(f"{seed} {step} {key} hide").random() for key in keys]
    return torch.tensor([draw < share for draw, share in zip(draws, shares, strict=True)])
