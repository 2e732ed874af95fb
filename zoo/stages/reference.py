"""The policy that a run started from, kept as the first values of what is trained."""

from collections.abc import Iterator
from contextlib import contextmanager

from zoo.models.speech_lm import SpeechLM


class Reference:
    """The trained parameters' first values, which change places with the present ones for the reference's pass.

    For a LoRA that starts from zero this is the model with its LoRA off; it holds as well for a LoRA that comes from
    a checkpoint and for a model trained whole, at the price of one copy of what is trained.
    """

    def __init__(self, model: SpeechLM) -> None:
        self.model = model
        self.first = [p.detach().clone() for p in model.parameters() if p.requires_grad]

    @property
    def hears_differently(self) -> bool:
        """Whether its prompts are other than the policy's: something before a speech LM's backbone is trained."""
        model = self.model
        before = [model.encoder, model.prosody, model.adapter, model.backbone.language_model.get_input_embeddings()]
        return any(p.requires_grad for part in before if part is not None for p in part.parameters())

    @contextmanager
    def weights(self) -> Iterator[None]:
        """A context in which the model is the reference."""
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.first = [value.to(p.device) for value, p in zip(self.first, trained, strict=True)]
        for p, first in zip(trained, self.first, strict=True):
            p.data, first.data = first.data, p.data
        try:
            yield
        finally:
            for p, first in zip(trained, self.first, strict=True):
                p.data, first.data = first.data, p.data
