"""Checking a recipe against the registries: every mistake at once, each with its line, before a weight is read."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from zoo.core import registry as registries
from zoo.core.checkpoint import find_checkpoint, maker
from zoo.core.errors import ZooError, did_you_mean
from zoo.core.places import find
from zoo.core.recipe import NAMED, PARTS, STRATEGIES, Data, Part, Recipe, Trainer
from zoo.core.registry import REQUIRED, Option, Registry

SECTIONS = ("seed", "start_from", "form", *PARTS, "stage", "rewards", "data", "trainer")
BASES: dict[str, Registry] = {r.base: r for r in vars(registries).values() if isinstance(r, Registry)}
PLAIN: dict[str, tuple[Any, str]] = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "str": (str, "text"),
    "bool": (bool, "true or false"),
    "dict": (dict, "a mapping"),
    "list": (list, "a list"),
    "tuple": (list, "a list"),
    "Path": (str, "a path"),
}
Problem = tuple[str, str]  # dotted key, what is wrong with it


def check(recipe: Recipe) -> None:
    """Raise one `ZooError` that lists every mistake of a recipe, each with `file.yaml:line` or its override.

    A checkpoint to start from that another recipe has yet to make is no mistake of this one, and is noted.
    """
    problems = list(_problems(recipe))
    if problems:
        raise ZooError("\n".join(f"{recipe.origin(key)}: {message}" for key, message in problems))
    start = recipe.config.get("start_from")
    if start is not None and find_checkpoint(str(start)) is None and (recipe_before := maker(str(start))):
        recipe.notes.append(f"{start} is not there yet: train it by {recipe_before}, then start_from=<its folder>")


def check_parts(sections: Mapping[str, Any], where: str) -> None:
    """Raise one `ZooError` that lists what is wrong with the parts of a model; `where` says whose they are."""
    problems: list[Problem] = []
    for key in PARTS:
        section = sections.get(key)
        if isinstance(section, dict):
            problems += _named(key, section, NAMED[key], _common(key))
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
            yield from _named(key, section, NAMED[key], _common(key))
            if key == "stage" and isinstance(section.get("tasks"), dict):
                yield from _tasks(section["tasks"])
        elif key == "rewards":
            yield from _rewards(section)
        else:
            yield from _options(key, section, _dataclass_options(Trainer), "trainer")
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


def _named(key: str, section: dict[str, Any], registry: Registry, common: dict[str, Option]) -> Iterator[Problem]:
    """A section that names something of a registry and sets its options."""
    name = section.get("name")
    if name is None:
        yield key, f"{key} names no {registry.kind}; write {key}: {{name: ...}}"
    elif not isinstance(name, str) or name not in registry.entries:
        yield f"{key}.name", f'there is no {registry.kind} "{name}"{did_you_mean(str(name), registry.entries)}'
    else:
        known = registry.entries[name].options | common
        yield from _options(key, {k: v for k, v in section.items() if k != "name"}, known, f"{registry.kind} {name}")


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
            yield from _options(key, options, registries.rewards.entries[name].options, f"reward {name}")


def _tasks(section: dict[str, Any]) -> Iterator[Problem]:
    """The tasks of a stage that learns from several: a registered task a key, with a weight or options."""
    for name, options in section.items():
        key = f"stage.tasks.{name}"
        if name not in registries.tasks.entries:
            yield key, f'there is no task "{name}"{did_you_mean(str(name), registries.tasks.entries)}'
        elif isinstance(options, dict):
            known = registries.tasks.entries[name].options | {"weight": Option("float", 1.0)}
            yield from _options(key, options, known, f"task {name}")
        else:
            yield from _value(key, options, Option("float", 1.0))


def _options(key: str, section: dict[str, Any], known: dict[str, Option], owner: str) -> Iterator[Problem]:
    for name, value in section.items():
        if name not in known:
            yield f"{key}.{name}", f'{owner} has no option "{name}"{did_you_mean(str(name), known)}'
        else:
            yield from _value(f"{key}.{name}", value, known[name])
    for name, option in known.items():
        if option.default is REQUIRED and name not in section and name != "name":
            yield key, f"{owner} needs {name}, {_say(option.annotation)}"


def _value(key: str, value: Any, option: Option) -> Iterator[Problem]:
    """What is wrong with one value, inside it too."""
    bases = [BASES[word] for word in _words(option.annotation) if word in BASES]
    if isinstance(value, dict) and option.fields is not None:
        yield from _options(key, value, option.fields, key)
    elif bases and isinstance(value, str):
        if value not in bases[0].entries and find(value, under="checkpoints") is None:
            yield key, f'there is no {bases[0].kind} "{value}"{did_you_mean(value, bases[0].entries)}'
    elif bases and isinstance(value, dict):
        yield from _named(key, value, bases[0], {})
    elif bases and isinstance(value, list):
        for i, row in enumerate(value):
            yield from _named(f"{key}.{i}", row if isinstance(row, dict) else {"name": row}, bases[0], {})
    elif not _fits(ast.parse(option.annotation, mode="eval").body, value):
        yield key, f"{key.rpartition('.')[2]} is {_say(option.annotation)}, not {value!r}"
    elif (
        isinstance(value, str)
        and key.endswith((".weights", ".root", ".path"))
        and _is_local(value)
        and find(value) is None
    ):
        yield key, f"{value} is not there; write a folder or file that is"


def _fits(kind: ast.expr, value: Any) -> bool:
    """Whether a value is of an annotated type, read as source: `int | None`, `list[str]`, `Literal["a", "b"]`."""
    match kind:
        case ast.Constant(value=None):
            return value is None
        case ast.BinOp(left=left, right=right):
            return _fits(left, value) or _fits(right, value)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            choices = ast.literal_eval(inner)
            return value in (choices if isinstance(choices, tuple) else (choices,))
        case ast.Subscript(value=ast.Name(id="list" | "tuple"), slice=inner) if isinstance(value, list):
            inner = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
            return all(_fits(inner, row) for row in value)
        case ast.Subscript(value=outer):
            return _fits(outer, value)
        case ast.Name(id=name) if name in PLAIN:
            return isinstance(value, PLAIN[name][0]) and (name == "bool" or not isinstance(value, bool))
        case ast.Name(id="Any"):
            return True
    return False


def _say(annotation: str) -> str:
    """An annotation in words."""
    said = [PLAIN[word][1] for word in _words(annotation) if word in PLAIN]
    said += [f"a {BASES[word].kind}" for word in _words(annotation) if word in BASES]
    said += ["null"] if "None" in _words(annotation) else []
    return f"one of {annotation[8:-1]}" if annotation.startswith("Literal[") else " or ".join(said) or annotation


def _words(annotation: str) -> list[str]:
    return [
        node.id if isinstance(node, ast.Name) else "None"
        for node in ast.walk(ast.parse(annotation, mode="eval"))
        if isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and node.value is None)
    ]


def _common(key: str) -> dict[str, Option]:
    return _dataclass_options(Part) if key in PARTS else _dataclass_options(Data) if key == "data" else {}


def _dataclass_options(kind: type) -> dict[str, Option]:
    def text(annotation: Any) -> str:
        return annotation.__name__ if isinstance(annotation, type) else str(annotation)

    return {f.name: Option(text(f.type), REQUIRED if f.default is MISSING else f.default) for f in fields(kind)}


def _is_mapping(value: Any) -> bool:
    return hasattr(value, "items")


def _is_local(value: str) -> bool:
    """Whether a value can only be a path: a hub name has exactly one slash and starts with neither dot nor slash."""
    return value.startswith((".", "/", "~", "checkpoints/")) or Path(value).suffix in {".jsonl", ".safetensors"}
