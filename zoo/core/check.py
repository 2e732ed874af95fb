"""Checking a recipe against the registries: every mistake at once, each with its line, before a weight is read."""

from collections.abc import Iterator, Mapping
from typing import Any

from zoo.core import registry as registries
from zoo.core.check_options import Problem, dataclass_options, of_named, of_options, of_value
from zoo.core.checkpoint import find_checkpoint, maker
from zoo.core.errors import ZooError, did_you_mean
from zoo.core.places import find
from zoo.core.recipe import Recipe
from zoo.core.sections import NAMED, PARTS, STRATEGIES, Data, Part, Trainer
from zoo.core.signatures import Option

SECTIONS = ("seed", "start_from", "form", *PARTS, "stage", "rewards", "data", "trainer")


def check(recipe: Recipe) -> None:
    """Raise one `ZooError` that lists every mistake of a recipe, each with `file.yaml:line` or its override.

    A checkpoint to start from, or a judge, that another recipe has yet to make is no mistake of this one, and is noted.
    """
    problems = list(_problems(recipe))
    if problems:
        raise ZooError("\n".join(f"{recipe.origin(key)}: {message}" for key, message in problems))
    judge = (recipe.section("rewards").get("reasoning") or {}).get("judge")
    for key, name in (("start_from", recipe.config.get("start_from")), ("rewards.reasoning.judge", judge)):
        if isinstance(name, str) and find_checkpoint(name) is None and (recipe_before := maker(name)):
            recipe.notes.append(f"{name} is not there yet: train it by {recipe_before}, then {key}=<its folder>")


def check_parts(sections: Mapping[str, Any], where: str) -> None:
    """Raise one `ZooError` that lists what is wrong with the parts of a model; `where` says whose they are."""
    problems: list[Problem] = []
    for key in PARTS:
        section = sections.get(key)
        if isinstance(section, dict):
            problems += of_named(key, section, NAMED[key], _common(key))
        elif section is not None:
            problems.append((key, f"{key} is a mapping such as {{name: ...}}, not {section!r}"))
    if not sections.get("encoder"):
        problems.append(("encoder", "there is no encoder"))
    if problems:
        raise ZooError("\n".join(f"{where}: {key}: {message}" for key, message in problems))


def _problems(recipe: Recipe) -> Iterator[Problem]:
    sections = {str(key): recipe.config.get(key) for key in recipe.config}
    for key in sections.keys() - set(SECTIONS):
        yield key, f'there is no section "{key}"{did_you_mean(key, SECTIONS)}'
    values = {key: recipe.section(key) for key in (*NAMED, "rewards", "trainer") if _is_mapping(sections.get(key))}
    for key in (*NAMED, "rewards", "trainer"):
        if sections.get(key) is not None and key not in values:
            yield key, f"{key} is a mapping such as {{name: ...}}, not {sections[key]!r}"
    if not isinstance(sections.get("seed", 0), int):
        yield "seed", f"seed is a whole number, not {sections['seed']!r}"
    form = sections.get("form")
    if form is not None and form not in registries.answer_forms.entries:
        yield "form", f'there is no answer form "{form}"{did_you_mean(str(form), registries.answer_forms.entries)}'
    yield from _missing_sections(recipe, values)
    for key, section in values.items():
        if key in NAMED:
            yield from of_named(key, section, NAMED[key], _common(key))
            if section.get("keep") is True and key != "encoder":
                yield f"{key}.keep", "only an encoder's published weights are kept in a checkpoint"
            if key == "stage" and isinstance(section.get("tasks"), dict):
                yield from _tasks(section["tasks"])
        elif key == "rewards":
            yield from _rewards(section)
        else:
            yield from of_options(key, section, dataclass_options(Trainer), "trainer")
            if isinstance(name := section.get("strategy"), str) and name not in STRATEGIES:
                yield "trainer.strategy", f'there is no strategy "{name}"{did_you_mean(name, STRATEGIES)}'
    start = sections.get("start_from")
    if start is not None and find(str(start), under="checkpoints") is None and maker(str(start)) is None:
        yield "start_from", f"checkpoint {start} is not there; train it by its recipe or write start_from=null"
    if start is None and values.get("trainer", {}).get("save_whole") is False:
        yield "trainer.save_whole", "a difference needs a checkpoint it is one to: name start_from, or save_whole=true"


def _missing_sections(recipe: Recipe, values: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    stage = str(values.get("stage", {}).get("name"))
    entry = NAMED["stage"].entries.get(stage)
    needed = (
        *(entry.facts.get("parts", ()) if entry else ()),
        *(("rewards",) if entry and entry.facts.get("rewards") else ()),
    )
    for key in ("stage", "data", *needed):
        if key not in values and recipe.config.get(key) is None:
            yield key, f'the section "{key}" is missing' + (f"; stage {stage} needs it" if key in needed else "")


def _rewards(section: dict[str, Any]) -> Iterator[Problem]:
    """The rewards section: a registered reward a key."""
    for name, options in section.items():
        key = f"rewards.{name}"
        if name not in registries.rewards.entries:
            yield key, f'there is no reward "{name}"{did_you_mean(name, registries.rewards.entries)}'
        elif options is None:
            continue  # a reward of the recipe it extends, left out
        elif not isinstance(options, dict):
            yield key, f"a reward is a mapping such as {{weight: 1.0}}, not {options!r}"
        else:
            yield from of_options(key, options, registries.rewards.entries[name].options, f"reward {name}")


def _tasks(section: dict[str, Any]) -> Iterator[Problem]:
    """The tasks of a stage that learns from several: a registered task a key, with a weight or options."""
    for name, options in section.items():
        key = f"stage.tasks.{name}"
        if name not in registries.tasks.entries:
            yield key, f'there is no task "{name}"{did_you_mean(str(name), registries.tasks.entries)}'
        elif isinstance(options, dict):
            of_every = {"weight": Option("float", 1.0), "hide": Option("float", 0.0)}
            known = registries.tasks.entries[name].options | of_every
            yield from of_options(key, options, known, f"task {name}")
        else:
            yield from of_value(key, options, Option("float", 1.0))


def _common(key: str) -> dict[str, Option]:
    return dataclass_options(Part) if key in PARTS else dataclass_options(Data) if key == "data" else {}


def _is_mapping(value: Any) -> bool:
    return hasattr(value, "items")
