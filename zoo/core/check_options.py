"""Options of a recipe against what their owner takes: unknown names, values of another kind, names of no part."""

import ast
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from zoo.core import registry as registries
from zoo.core.checkpoint import maker
from zoo.core.errors import did_you_mean
from zoo.core.places import find
from zoo.core.registry import Registry
from zoo.core.signatures import REQUIRED, Option

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


def of_named(key: str, section: dict[str, Any], registry: Registry, common: dict[str, Option]) -> Iterator[Problem]:
    """A section that names something of a registry and sets its options."""
    name = section.get("name")
    if name is None:
        yield key, f"{key} names no {registry.kind}; write {key}: {{name: ...}}"
    elif not isinstance(name, str) or name not in registry.entries:
        yield f"{key}.name", f'there is no {registry.kind} "{name}"{did_you_mean(str(name), registry.entries)}'
    else:
        known = registry.entries[name].options | common
        yield from of_options(key, {k: v for k, v in section.items() if k != "name"}, known, f"{registry.kind} {name}")


def of_options(key: str, section: dict[str, Any], known: dict[str, Option], owner: str) -> Iterator[Problem]:
    """What is wrong with the options that an owner is given."""
    for name, value in section.items():
        if name not in known:
            yield f"{key}.{name}", f'{owner} has no option "{name}"{did_you_mean(str(name), known)}'
        else:
            yield from of_value(f"{key}.{name}", value, known[name])
    for name, option in known.items():
        if option.default is REQUIRED and name not in section and name != "name":
            yield key, f"{owner} needs {name}, {_say(option.annotation)}"


def of_value(key: str, value: Any, option: Option) -> Iterator[Problem]:
    """What is wrong with one value, inside it too."""
    bases = [BASES[word] for word in _words(option.annotation) if word in BASES]
    if isinstance(value, dict) and option.fields is not None:
        yield from of_options(key, value, option.fields, key)
    elif bases and isinstance(value, str):
        if value not in bases[0].entries and find(value, under="checkpoints") is None and not maker(value):
            yield key, f'there is no {bases[0].kind} "{value}"{did_you_mean(value, bases[0].entries)}'
    elif bases and isinstance(value, dict):
        yield from of_named(key, value, bases[0], {})
    elif bases and isinstance(value, list):
        for i, row in enumerate(value):
            yield from of_named(f"{key}.{i}", row if isinstance(row, dict) else {"name": row}, bases[0], {})
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


def dataclass_options(kind: type) -> dict[str, Option]:
    """The fields of a dataclass as options."""

    def text(annotation: Any) -> str:
        return annotation.__name__ if isinstance(annotation, type) else str(annotation)

    return {f.name: Option(text(f.type), REQUIRED if f.default is MISSING else f.default) for f in fields(kind)}


def _is_local(value: str) -> bool:
    """Whether a value can only be a path: a hub name has exactly one slash and starts with neither dot nor slash."""
    return value.startswith((".", "/", "~", "checkpoints/")) or Path(value).suffix in {".jsonl", ".safetensors"}
