"""Frames less the speaker's own mean frame, trusted the more the more clips there are."""

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.core.registry import enrolments
from zoo.enrolment.enrolment import Enrolment


@enrolments.offer("speaker-mean")
class SpeakerMean(Enrolment):
    """Subtracts w * (the speaker's mean) + (1 - w) * (the mean of all), with w = clips / (clips + prior).

    The mean of n clips is a noisy estimate, emotions and words being what they are; shrinking it towards everybody's is
    the posterior mean of a speaker under a normal prior worth `prior` clips. How far a voice is from its own habit is
    what emotion is heard by; how far it is from other voices is who speaks.
    """

    center: Tensor  # [D] the mean of all

    def __init__(self, clips: int = 8, prior: float = 4.0, habit: bool = False, *, dim: int) -> None:
        """Set up.

        Args:
            clips: of each speaker that a model is trained and tested with.
            prior: how many clips the mean of all is worth.
            habit: whether traces tell cues against the speaker's clips too: the pitch is high for this speaker.
            dim: of the frames.
        """
        super().__init__()
        if clips < 1 or prior < 0:
            raise ZooError(f"enrolment takes at least 1 clip and a prior of at least 0, not {clips} and {prior:g}")
        self.clips, self.prior, self.habit = clips, prior, habit
        self.register_buffer("center", torch.zeros(dim))
        self.register_buffer("settled", torch.zeros((), dtype=torch.bool))

    def forward(self, frames: Tensor, mask: Tensor, means: Tensor, counts: Tensor) -> Tensor:
        """See `Enrolment.forward`."""
        share = (counts / (counts + self.prior).clamp(min=1e-9))[:, None]  # [B, 1]
        habit = torch.where(counts[:, None] > 0, share * means + (1 - share) * self.center, self.center)  # [B, D]
        return (frames - habit[:, None]) * mask[..., None]

    def settle(self, means: Tensor) -> None:
        """See `Enrolment.settle`; what a checkpoint has settled stays."""
        if not self.settled:
            self.center.copy_(means.mean(0))
            self.settled.fill_(True)
