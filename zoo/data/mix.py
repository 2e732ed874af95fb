"""Several corpora as one: each keeps its own split, option list and thresholds."""

from collections.abc import Sequence
from typing import Any

from zoo.core.registry import corpora as registry
from zoo.data.corpus import Corpus
from zoo.data.utterance import Utterance

corpora = registry  # the decorator's name; the argument below is the recipe's


@corpora.offer("mix")
class Mix(Corpus):
    """Several corpora, one after another: `corpora: [{name: prosodia}, {name: ravdess, root: ...}]`."""

    name = "mix"

    def __init__(self, corpora: list[Corpus]) -> None:
        self.members = [build_corpus(row) for row in corpora]
        self.emotions = tuple(dict.fromkeys(emotion for corpus in self.members for emotion in corpus.emotions))
        self.licence = "; ".join(f"{corpus.name}: {corpus.licence}" for corpus in self.members)
        self.split_id = "+".join(corpus.split_id for corpus in self.members)

    def train(self) -> list[Utterance]:
        """Every member's training utterances."""
        return [utterance for corpus in self.members for utterance in corpus.train()]

    def test(self) -> list[Utterance]:
        """Every member's test utterances."""
        return [utterance for corpus in self.members for utterance in corpus.test()]


def build_corpus(section: Any) -> Corpus:
    """Build a corpus from its recipe section: a name, or a mapping with `name` and options."""
    options = {"name": section} if isinstance(section, str) else dict(section)
    if isinstance(section, Corpus):
        return section
    return registry.build(options.pop("name"), options)


def members(corpus: Corpus) -> Sequence[Corpus]:
    """The corpora in a corpus: a mix's members, or itself."""
    return corpus.members if isinstance(corpus, Mix) else [corpus]
