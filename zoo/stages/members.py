"""What a comparison compares: recipes and checkpoints, on one split of one corpus that none of them trained on."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from zoo.core.check import check
from zoo.core.checkpoint import CARD, RECIPE, TENSORS, find_checkpoint, read_checkpoint
from zoo.core.errors import ZooError, did_you_mean
from zoo.core.recipe import Recipe, complete, load_recipe
from zoo.core.registry import corpora, stages
from zoo.data.corpus import Corpus
from zoo.data.mix import build_corpus
from zoo.stages.compared_data import before, corpus_of, for_training, refuse_heard, tested_on
from zoo.stages.quality import refuse_trainers

YAML = (".yaml", ".yml")
MINUTE = len("2026-01-31_23-59")


@dataclass(frozen=True)
class Member:
    """A recipe with a seed, or a checkpoint, whose seed is None.

    `of` is what it is shown as; members of one `of` differ in their seed alone. `overrides` are those of the training,
    `digest` is of all that decides the result.
    """

    of: str
    source: str
    seed: int | None
    overrides: tuple[str, ...]
    trained_on: str
    digest: str

    @property
    def name(self) -> str:
        """A name of its own, and its folder's."""
        return self.of if self.seed is None else f"{self.of}.seed{self.seed}"


@dataclass(frozen=True)
class Comparison:
    """Members, the section of the data that all are tested on, what else their evaluation is told, the split."""

    members: tuple[Member, ...]
    data: dict[str, Any]
    evaluation: tuple[str, ...]
    split: str

    def to_dict(self) -> dict[str, Any]:
        """Plain types."""
        return {**asdict(self), "members": [asdict(member) for member in self.members]}

    @property
    def digest(self) -> str:
        """Eight letters that are the same for the same comparison alone."""
        return _digest(self.to_dict())


@dataclass(frozen=True)
class Source:
    """A recipe or a checkpoint as it was given: its recipe's plain sections, and the Recipe if it is to be trained."""

    given: str
    folder: Path | None
    sections: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What all are tested on: a section of data, its corpus, and the judges of their reasoning."""

    data: dict[str, Any]
    corpus: Corpus
    judges: Sequence[str]

    def refuse(self, given: str, sections: Mapping[str, Any]) -> None:
        """Raise a `ZooError` for a member that says nothing, has heard the test, or that a judge of it trained."""
        _refuse_silent(given, sections)
        refuse_heard(given, sections, self.data, self.corpus)
        refuse_trainers(self.judges, [sections, *before(sections)])


def compare(
    sources: Sequence[str], on: str, overrides: Sequence[str], seeds: Sequence[int], judges: Sequence[str] = ()
) -> Comparison:
    """Read and check everything before anything is trained.

    Raises:
        ZooError: a recipe or checkpoint is not there or wrong, it names no emotions, there is no such corpus, a member
            heard speakers of the test in its training, or a judge trained it.
    """
    if on not in corpora.entries:
        raise ZooError(f'there is no corpus "{on}" to compare on{did_you_mean(on, corpora.entries)}')
    if len(sources) < 2 and len(seeds) < 2:
        raise ZooError("one recipe or checkpoint has nothing to be compared with; give two, or --seeds")
    found = [_read(source) for source in sources]
    chosen = list(seeds) or [next((int(s.sections.get("seed") or 0) for s in found if s.folder is None), 0)]
    data = tested_on(on, [source.sections for source in found], overrides)
    corpus = build_corpus(data)
    asked = Asked(data, corpus, judges)
    evaluation = tuple(text for text in overrides if text.startswith("trainer."))
    common = [text for text in overrides if text.startswith("data.test_utterances=")] or ["data.test_utterances=null"]
    members = [
        member
        for name, source in zip(_names(found), found, strict=True)
        for member in _members(name, source, chosen, for_training(overrides, on, source.sections), asked)
    ]
    marking = [word for judge in judges for word in ("--judge", judge)]
    return Comparison(tuple(members), data, (*evaluation, *common, *marking), corpus.split_id)


def _read(given: str) -> Source:
    """A recipe by its file, as it stands, or a checkpoint by its folder or name."""
    if Path(given).suffix in YAML:
        return Source(given, None, _plain(load_recipe(given)))
    folder = find_checkpoint(given)
    if folder is None:
        raise ZooError(
            f"{given} is neither a recipe's file (.yaml) nor a checkpoint; python -m zoo.ls recipes and python -m "
            "zoo.ls checkpoints list those at hand"
        )
    return Source(given, folder, read_checkpoint(folder).recipe)


def _plain(recipe: Recipe) -> dict[str, Any]:
    sections = OmegaConf.to_container(recipe.config, resolve=True)
    assert isinstance(sections, dict)
    return {str(key): value for key, value in sections.items()}


def _names(sources: Sequence[Source]) -> list[str]:
    """A short name each: the file's stem, the checkpoint's folder; numbered where two are the same."""
    stems = [_stem(source) for source in sources]
    return [stem if stems.count(stem) == 1 else f"{stem}-{stems[: i + 1].count(stem)}" for i, stem in enumerate(stems)]


def _stem(source: Source) -> str:
    if source.folder is None:
        return Path(source.given).stem
    folder = source.folder.resolve()
    if folder.name != "checkpoint":
        return folder.name
    run = folder.parent  # runs/<recipe>/<time>/checkpoint; the time to the minute tells them apart for a reader
    return f"{run.parent.name}.{run.name[:MINUTE]}"


def _members(
    name: str, source: Source, seeds: Sequence[int], overrides: Sequence[str], asked: Asked
) -> Iterator[Member]:
    """The members that a recipe (one a seed) or a checkpoint makes."""
    if source.folder is not None:
        asked.refuse(source.given, source.sections)
        size = (source.folder / TENSORS).stat().st_size
        texts = [(source.folder / file).read_text(encoding="utf-8") for file in (RECIPE, CARD)]
        trained_on = str(read_checkpoint(source.folder).card.get("split", ""))
        yield Member(name, source.given, None, (), trained_on, _digest([*texts, size]))
        return
    for seed in seeds:
        told = (*overrides, f"seed={seed}", "trainer.evaluate=false")
        recipe = load_recipe(source.given, told)
        check(recipe)
        complete(recipe)
        sections = _plain(recipe)
        if seed == seeds[0]:
            asked.refuse(source.given, sections)
        trained_on = build_corpus(corpus_of(sections)).split_id
        yield Member(name, source.given, seed, told, trained_on, _digest(sections))


def _refuse_silent(given: str, sections: Mapping[str, Any]) -> None:
    """A stage that trains no answers leaves nothing to compare."""
    stage = stages.entry(sections["stage"]["name"])
    parts = stage.facts.get("parts", ())
    if "backbone" not in parts or "scorer" in parts or stage.facts.get("test"):
        raise ZooError(
            f"{given} is of stage {stage.name}, whose model names no emotions; compare recipes and checkpoints of sft, "
            "prosody-sft or grpo-ptr"
        )


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:8]
