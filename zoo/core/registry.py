"""Registries: a part is offered by one file and one decorator, and found by reading its folder.

    @encoders.offer("whisper-base", hub="openai/whisper-base", licence="MIT")
    class Whisper(Encoder):
        def __init__(self, layers: int | None = None, *, hub: str) -> None: ...

A registry reads the source of its folder with `ast` and imports only the file whose part is built. So listing every
part and checking a recipe take a fraction of a second (torch alone needs more than one), and a file whose optional
package is missing hides no other. Arguments before the star are what a recipe may set; those after it come from
the neighbours and from the facts in the decorator.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from zoo.core.errors import ZooError, did_you_mean

ZOO = Path(__file__).resolve().parents[1]
REQUIRED = object()  # the default of an option that has none
COMPUTED = object()  # the default of an option that only running its file would tell
KNOWN_BY = ("licence", "link", "emotions")  # what a class may state of itself beside numbers
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Option:
    """One argument a recipe may set: its annotation as written, and its default (`REQUIRED` if it has none)."""

    annotation: str
    default: Any
    fields: "dict[str, Option] | None" = None  # the options inside, where the annotation is a dataclass of the zoo


@dataclass(frozen=True)
class Entry:
    """What a registry knows of one name without importing it."""

    name: str
    about: str
    module: str
    attribute: str
    options: dict[str, Option]
    told: frozenset[str]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def thing(self) -> Any:
        """The class or function itself; imports its file."""
        return getattr(import_module(self.module), self.attribute)


class Registry:
    """The parts of one kind: every `@<plural>.offer(name)` in the files of one room."""

    def __init__(self, kind: str, room: str, base: str, plural: str = "") -> None:
        self.kind, self.room, self.base = kind, room, base
        self.plural = plural or kind + "s"

    def offer(self, name: str, **facts: Any) -> Callable[[Thing], Thing]:
        """Offer a class or function under `name`. The registry reads this line; at run time it changes nothing."""
        return lambda thing: thing

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every entry by name, from the source of the room."""
        found: dict[str, Entry] = {}
        for path in sorted((ZOO / self.room).glob("*.py")):
            for entry in self._read(path):
                if entry.name in found:
                    raise ZooError(
                        f'{self.kind} "{entry.name}" is offered by both {found[entry.name].module} and '
                        f"{entry.module}; rename one"
                    )
                found[entry.name] = entry
        return dict(sorted(found.items()))

    def entry(self, name: str) -> Entry:
        """The entry of `name`; a `ZooError` with the nearest right name if there is none."""
        if name not in self.entries:
            raise ZooError(f'there is no {self.kind} "{name}"{did_you_mean(str(name), self.entries)}')
        return self.entries[name]

    def build(self, name: str, options: dict[str, Any] | None = None, **told: Any) -> Any:
        """Build `name` from a recipe's options and what neighbours tell (only what its signature asks for)."""
        entry = self.entry(name)
        told = {key: value for key, value in {**entry.facts, **told}.items() if key in entry.told}
        return entry.thing(**(options or {}), **told)

    def _read(self, path: Path) -> Iterator[Entry]:
        source = path.read_text(encoding="utf-8")
        if f"@{self.plural}.offer(" not in source:
            return
        try:
            tree = _parsed(source)
        except SyntaxError as error:
            raise ZooError(f"{path}:{error.lineno}: not valid Python: {error.msg}") from None
        classes = _known(source)
        for node in tree.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef):
                continue
            for name, facts in self._offers(node):
                options, told = _signature(node, classes)
                about = (ast.get_docstring(node) or "").split("\n")[0]
                facts = _stated(node) | facts
                yield Entry(name, about, f"zoo.{self.room}.{path.stem}", node.name, options, told, facts)

    def _offers(self, node: ast.ClassDef | ast.FunctionDef) -> Iterator[tuple[str, dict[str, Any]]]:
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=self.plural), attr="offer"), args=[name], keywords=keywords
                ):
                    yield ast.literal_eval(name), {word.arg or "": ast.literal_eval(word.value) for word in keywords}


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
            path = ZOO.parent / f"{str(node.module).replace('.', '/')}.py"
            if wanted.isdisjoint(names) or not path.exists():
                continue
            there = _known(path.read_text(encoding="utf-8"))
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
def _known(source: str) -> dict[str, ast.ClassDef]:
    """The classes of a file, and those that it takes from other files of the zoo."""
    tree = _parsed(source)
    return _imported(tree) | _classes(tree)


@cache
def _parsed(source: str) -> ast.Module:
    """A file's tree; many rooms import the same few files."""
    return ast.parse(source)


def _signature(
    node: ast.ClassDef | ast.FunctionDef, classes: dict[str, ast.ClassDef]
) -> tuple[dict[str, Option], frozenset[str]]:
    """Options before the star and names after it, of a function, a class's `__init__` or a dataclass."""
    if isinstance(node, ast.ClassDef):
        init = next((f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"), None)
        if init is None and _is_dataclass(node):
            return _fields(node), frozenset()
        if init is None:
            bases = [classes[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in classes]
            return _signature(bases[0], classes) if bases else ({}, frozenset())
        node = init
    positional = [a for a in node.args.args if a.arg != "self"]
    defaults = [REQUIRED] * (len(positional) - len(node.args.defaults)) + [_literal(d) for d in node.args.defaults]
    options = {a.arg: _option(a.annotation, default, classes) for a, default in zip(positional, defaults, strict=True)}
    return options, frozenset(a.arg for a in node.args.kwonlyargs)


def _stated(node: ast.AST) -> dict[str, Any]:
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


encoders = Registry("encoder", room="encoders", base="Encoder")
enrolments = Registry("enrolment", room="enrolment", base="Enrolment")
prosody_heads = Registry("prosody head", room="prosody", base="ProsodyHead", plural="prosody_heads")
adapters = Registry("adapter", room="adapters", base="Adapter")
backbones = Registry("backbone", room="backbones", base="Backbone")
scorers = Registry("scorer", room="scorers", base="Scorer")
stages = Registry("stage", room="stages", base="Stage")
rewards = Registry("reward", room="rewards", base="Reward")
judges = Registry("judge", room="rewards", base="Judge")
schedules = Registry("schedule", room="rewards", base="Schedule")
embedders = Registry("sentence embedder", room="rewards", base="Embedder", plural="embedders")
corpora = Registry("corpus", room="data", base="Corpus", plural="corpora")
trackers = Registry("F0 tracker", room="acoustics", base="Tracker", plural="trackers")
aligners = Registry("aligner", room="acoustics", base="Aligner")
tasks = Registry("task", room="tasks", base="Task")
answer_forms = Registry("answer form", room="text", base="AnswerForm", plural="answer_forms")
speakers = Registry("speaker judge", room="acoustics", base="SpeakerJudge", plural="speakers")
