"""The policy that a run started from, kept as the first values of what is trained."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from zoo.core.sharding import is_piece, joined, piece_of
from zoo.models.speech_lm import SpeechLM


class Reference:
    """The trained parameters' first values, which change places with the present ones for the reference's pass.

    For a LoRA that starts from zero this is the model with its LoRA off; it holds as well for a LoRA that comes from
    a checkpoint and for a model trained whole, at the price of one copy of what is trained.
    """

    def __init__(self, model: SpeechLM) -> None:
        self.model = model
        self.first = [p.detach().clone() for p in self._trained()]

    @property
    def hears_differently(self) -> bool:
        """Whether its prompts are other than the policy's: something before a speech LM's backbone is trained."""
        model = self.model
        before = [model.encoder, model.prosody, model.adapter, model.backbone.language_model.get_input_embeddings()]
        return any(p.requires_grad for part in before if part is not None for p in part.parameters())

    @contextmanager
    def weights(self) -> Iterator[None]:
        """A context in which the model is the reference."""
        trained = self._trained()
        self.first = [
            first if is_piece(first) else first.to(p.device) for first, p in zip(self.first, trained, strict=True)
        ]
        firsts = [first if is_piece(p) else joined(first) for first, p in zip(self.first, trained, strict=True)]
        _change_places(trained, firsts)
        try:
            yield
        finally:
            _change_places(trained, firsts)

    def cut(self) -> None:
        """Keep of the first values the pieces that this rank has of the parameters."""
        self.first = [piece_of(first, p) for first, p in zip(self.first, self._trained(), strict=True)]

    def _trained(self) -> list[nn.Parameter]:
        return [p for p in self.model.parameters() if p.requires_grad]


def _change_places(trained: list[nn.Parameter], firsts: list[Tensor]) -> None:
    for p, first in zip(trained, firsts, strict=True):
        if is_piece(p):  # it is gathered from the memory that it began in
            ours, theirs = p.detach().to_local(), first.to_local()  # type: ignore[attr-defined]
            kept = ours.clone()
            ours.copy_(theirs)
            theirs.copy_(kept)
        else:
            p.data, first.data = first.data, p.data
