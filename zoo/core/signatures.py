"""What a class or function may be told, read from its source with `ast`: nothing is imported.

Options are the arguments before the star; those after it are told by neighbours. A class that has no `__init__` takes
its base's, and a dataclass of the zoo shows its own fields.
"""

import ast
from dataclasses import dataclass
from functools import cache
from typing import Any

from zoo.core.places import PROJECT

REQUIRED = object()  # the default of an option that has none
COMPUTED = object()  # the default of an option that only running its file would tell
KNOWN_BY = ("licence", "link", "emotions")  # what a class may state of itself beside numbers


@dataclass(frozen=True)
class Option:
    """One argument a recipe may set: its annotation as written, and its default (`REQUIRED` if it has none)."""

    annotation: str
    default: Any
    fields: "dict[str, Option] | None" = None  # the options inside, where the annotation is a dataclass of the zoo


def _classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _imported(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """Classes that a file takes from other files of the zoo, so that the options inside a `Lora` are known.

    Only files that can matter are read, since parsing is what loading a small model would else wait for.
    """
    found: dict[str, ast.ClassDef] = {}
    wanted = _needed(tree)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zoo."):
            names = {name.asname or name.name: name.name for name in node.names}
            path = PROJECT / f"{str(node.module).replace('.', '/')}.py"
            if wanted.isdisjoint(names) or not path.exists():
                continue
            there = known_classes(path.read_text(encoding="utf-8"))
            # A part that takes over its base's options needs the classes that those speak of.
            found = there | found | {ours: there[theirs] for ours, theirs in names.items() if theirs in there}
    return found


def _needed(tree: ast.Module) -> set[str]:
    """Names that a part's options may come from: those in annotations, and the bases of a class without `__init__`."""
    found: set[ast.AST | None] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            found.add(node.annotation)
        elif isinstance(node, ast.ClassDef) and not any(
            isinstance(f, ast.FunctionDef) and f.name == "__init__" for f in node.body
        ):
            found.update(node.bases)
    return {name.id for node in found if node is not None for name in ast.walk(node) if isinstance(name, ast.Name)}


@cache
def known_classes(source: str) -> dict[str, ast.ClassDef]:
    """The classes of a file, and those that it takes from other files of the zoo."""
    tree = parsed(source)
    return _imported(tree) | _classes(tree)


@cache
def parsed(source: str) -> ast.Module:
    """A file's tree; many rooms import the same few files."""
    return ast.parse(source)


def signature(
    node: ast.ClassDef | ast.FunctionDef, classes: dict[str, ast.ClassDef]
) -> tuple[dict[str, Option], frozenset[str]]:
    """Options before the star and names after it, of a function, a class's `__init__` or a dataclass."""
    if isinstance(node, ast.ClassDef):
        init = next((f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"), None)
        if init is None and _is_dataclass(node):
            return _fields(node), frozenset()
        if init is None:
            bases = [classes[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in classes]
            return signature(bases[0], classes) if bases else ({}, frozenset())
        node = init
    positional = [a for a in node.args.args if a.arg != "self"]
    defaults = [REQUIRED] * (len(positional) - len(node.args.defaults)) + [_literal(d) for d in node.args.defaults]
    options = {a.arg: _option(a.annotation, default, classes) for a, default in zip(positional, defaults, strict=True)}
    return options, frozenset(a.arg for a in node.args.kwonlyargs)


def stated(node: ast.AST) -> dict[str, Any]:
    """The numbers that a class states of itself, such as `frame_rate_hz = 50.0`, and what a corpus is known by."""
    rows = node.body if isinstance(node, ast.ClassDef) else []
    return {
        name: value
        for row in rows
        if isinstance(row, ast.Assign)
        for name, value in [(ast.unparse(row.targets[0]), _literal(row.value))]
        if type(value) in (int, float) or (name in KNOWN_BY and value is not COMPUTED)
    }


def _option(annotation: ast.expr | None, default: Any, classes: dict[str, ast.ClassDef]) -> Option:
    text = ast.unparse(annotation) if annotation is not None else "Any"
    inner = next(
        (classes[word] for word in text.replace("|", " ").split() if word in classes and _is_dataclass(classes[word])),
        None,
    )
    return Option(text, default, _fields(inner) if inner else None)


def _fields(node: ast.ClassDef) -> dict[str, Option]:
    """The fields of a dataclass as options."""
    rows = [row for row in node.body if isinstance(row, ast.AnnAssign) and isinstance(row.target, ast.Name)]
    return {
        row.target.id: Option(ast.unparse(row.annotation), _literal(row.value) if row.value else REQUIRED)
        for row in rows
        if isinstance(row.target, ast.Name)
    }


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def _literal(node: ast.expr) -> Any:
    """A default's value, `COMPUTED` where it is not a literal."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return COMPUTED
