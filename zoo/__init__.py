"""A zoo of speech emotion reasoners: any audio encoder, any LLM, one GRPO-PTR recipe (arXiv 2601.15668)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoo.models.speech_lm import SpeechLM

__version__ = "0.1.0"


def load(name: str, weights: str | None = None) -> "SpeechLM":
    """Load a checkpoint, by folder or by its name in `checkpoints/`; the only way in.

    `weights` is a folder that stands in for the published weights the checkpoint names: where there is no hub,
    `zoo.load("emotionthinker-7b", weights=<folder with ddwang2000/EmotionThinker>)`.

    Raises:
        ZooError: there is no such checkpoint, it is damaged, or a part of it does not fit its neighbours.
    """
    from zoo.models.load import load_model  # torch is imported only where a model is

    return load_model(name, weights)
