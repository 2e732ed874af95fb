"""The data of a comparison: the corpus that all are tested on, and whether a member has heard its held-out speakers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from omegaconf import OmegaConf

from zoo.core.checkpoint import find_checkpoint, read_checkpoint
from zoo.core.errors import ZooError
from zoo.core.on_test import corpora_of
from zoo.core.places import find
from zoo.core.registry import corpora
from zoo.core.sections import Data
from zoo.core.signatures import COMPUTED, REQUIRED
from zoo.data.corpus import Corpus, shared_speakers
from zoo.data.loader import SpeechData
from zoo.data.mix import build_corpus, members

PLACES = ("root", "path")  # options that say where a corpus lies on this machine


def tested_on(on: str, recipes: Sequence[Mapping[str, Any]], overrides: Sequence[str]) -> dict[str, Any]:
    """The section of the corpus that is tested on: the first member's own, with `data.key=value`, every option told."""
    options = corpora.entry(on).options
    own = next((row for sections in recipes if (row := _own(sections, on))), {})
    given = _options(overrides, options)
    defaults = {key: o.default for key, o in options.items() if o.default not in (REQUIRED, COMPUTED)}
    data = {"name": on, **defaults, **{key: value for key, value in own.items() if key in options}, **given}
    missing = [key for key, option in options.items() if option.default is REQUIRED and key not in data]
    if missing:
        raise ZooError(f"corpus {on} needs {missing[0]}; write data.{missing[0]}=...")
    return data


def _own(sections: Mapping[str, Any], on: str) -> dict[str, Any] | None:
    """A recipe's own section of a corpus, in a mix or by itself."""
    return next((row for row in corpora_of(sections.get("data") or {}) if row.get("name") == on), None)


def _options(overrides: Sequence[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """Those `data.key=value` that are options of the corpus, as values."""
    texts = [text.removeprefix("data.") for text in overrides if text.startswith("data.")]
    mine = [text for text in texts if text.partition("=")[0] in options]
    return {str(key): value for key, value in OmegaConf.to_container(OmegaConf.from_dotlist(mine)).items()}


def for_training(overrides: Sequence[str], on: str, sections: Mapping[str, Any]) -> list[str]:
    """The overrides as a recipe's own data takes them: an option of the corpus goes to its place in a mix."""
    rows = corpora_of(sections.get("data") or {})
    mixed = "corpora" in (sections.get("data") or {})
    place = next((i for i, row in enumerate(rows) if row.get("name") == on), None)
    told = []
    for text in overrides:
        key = text.partition("=")[0].removeprefix("data.")
        if not text.startswith("data.") or key not in corpora.entry(on).options:
            told.append(text)
        elif place is not None:
            told.append(text.replace("data.", f"data.corpora.{place}.", 1) if mixed else text)
    return told


def refuse_heard(given: str, sections: Mapping[str, Any], data: Mapping[str, Any], corpus: Corpus) -> None:
    """Raise a `ZooError` if a member, or a checkpoint that it started from, was trained on a speaker of the test."""
    for split, heard in _heard(sections, data, corpus):
        if heard:
            raise ZooError(
                f"{given} cannot be compared on {corpus.split_id}: its training, {split}, has heard {len(heard)} of "
                f"the {len({u.speaker for u in corpus.test()})} speakers that are held out there; compare on the "
                "split that all of them leave out"
            )


def heard_by(sections: Mapping[str, Any], data: Mapping[str, Any], corpus: Corpus) -> set[tuple[str, str]]:
    """The speakers that a corpus or mix holds out and a checkpoint's trainings on it have heard: (data set, speaker).

    Of the trainings, that of the recipe `sections` and of the checkpoints it started from, as far as they are at hand.
    """
    rows = zip(corpora_of(dict(data)), members(corpus), strict=True)
    return {who for row, member in rows for _, heard in _heard(sections, row, member) for who in heard}


def overlap(data: SpeechData, section: Mapping[str, Any], trained: Mapping[str, Any] | None) -> dict[str, Any]:
    """How many speakers are on both sides of a split, and how many of the test's a checkpoint's trainings have heard.

    The second is None where the trainings' own corpus is not at hand, or the `trained` recipe is not known.
    """
    heard: int | None = None
    with suppress(ZooError):
        heard = len(heard_by(trained, corpus_of({"data": section}), data.corpus)) if trained else None
    return {
        "speakers_in_both": len(shared_speakers(data.train_utterances, data.test_utterances)),
        "speakers_heard": heard,
        "shares_speakers": "; ".join(c.shares_speakers for c in members(data.corpus) if c.shares_speakers),
    }


def _heard(
    sections: Mapping[str, Any], data: Mapping[str, Any], corpus: Corpus
) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """The split of each training on the same corpus, and the held-out speakers that it has heard."""
    tested = {(u.dataset, u.speaker) for u in corpus.test()}
    for trained in [sections, *before(sections)]:
        if (own := _own(trained, data["name"])) is not None:
            places = {key: data[key] for key in PLACES if key in data and find(str(own.get(key))) is None}
            theirs = build_corpus({"name": own["name"], **corpus_of(own), **places})
            yield theirs.split_id, tested & theirs.heard()


def before(sections: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The recipes of the checkpoints that a recipe started from, as far as they are at hand."""
    seen = set()
    while (base := sections.get("start_from")) and (folder := find_checkpoint(str(base))) and folder not in seen:
        seen.add(folder)
        sections = read_checkpoint(folder).recipe
        yield dict(sections)


def corpus_of(sections: Mapping[str, Any]) -> dict[str, Any]:
    """A data section without what belongs to the loader; the section itself where it is given by itself."""
    section = sections.get("data", sections)
    return {key: value for key, value in section.items() if key == "name" or key not in Data.__annotations__}
