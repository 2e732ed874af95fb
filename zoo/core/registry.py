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
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from zoo.core.errors import ZooError, did_you_mean
from zoo.core.places import ZOO
from zoo.core.signatures import Option, known_classes, parsed, signature, stated

Thing = TypeVar("Thing")


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
            tree = parsed(source)
        except SyntaxError as error:
            raise ZooError(f"{path}:{error.lineno}: not valid Python: {error.msg}") from None
        classes = known_classes(source)
        for node in tree.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef):
                continue
            for name, facts in self._offers(node):
                options, told = signature(node, classes)
                about = (ast.get_docstring(node) or "").split("\n")[0]
                facts = stated(node) | facts
                yield Entry(name, about, f"zoo.{self.room}.{path.stem}", node.name, options, told, facts)

    def _offers(self, node: ast.ClassDef | ast.FunctionDef) -> Iterator[tuple[str, dict[str, Any]]]:
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=self.plural), attr="offer"), args=[name], keywords=keywords
                ):
                    yield ast.literal_eval(name), {word.arg or "": ast.literal_eval(word.value) for word in keywords}


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
