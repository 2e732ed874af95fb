"""What every corpus promises: utterances in speaker-disjoint splits, its own words for emotions, its licence."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from zoo.core.errors import ZooError
from zoo.data.utterance import Utterance


class Corpus(ABC):
    """Utterances split by speaker.

    A subclass states `name`, `emotions` (the option list of its task, in its own words), `licence`, and after
    `__init__` the `split_id` that names its split in every figure. Training and test speakers never overlap, unless
    an official split has them do so: then `shares_speakers` says which, and every figure repeats it.
    """

    name: str
    emotions: tuple[str, ...]
    licence: str
    split_id: str
    shares_speakers: str = ""

    @abstractmethod
    def train(self) -> list[Utterance]:
        """Utterances to train on."""

    def heard(self) -> set[tuple[str, str]]:
        """Whom a model that is trained on it hears: (data set, speaker). A corpus may know without its audio."""
        return {(u.dataset, u.speaker) for u in self.train()}

    @abstractmethod
    def test(self) -> list[Utterance]:
        """Utterances of speakers that are not in `train`."""


def shared_speakers(train: Sequence[Utterance], test: Sequence[Utterance]) -> list[str]:
    """The speakers on both sides of a split, each by its corpus and name."""
    heard, tested = ({f"{u.dataset}/{u.speaker}" for u in side} for side in (train, test))
    return sorted(heard & tested)


def refuse_shared_speakers(split_id: str, train: Sequence[Utterance], test: Sequence[Utterance]) -> None:
    """Raise a `ZooError` if a speaker is on both sides of a split."""
    if shared := shared_speakers(train, test):
        raise ZooError(
            f"split {split_id} has {len(shared)} speakers in both train and test ({', '.join(shared[:3])}); "
            "split by speaker"
        )
