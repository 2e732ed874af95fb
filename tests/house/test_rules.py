"""The house rules: floors, where lightning may be, registries alone know the parts."""

import ast
from pathlib import Path

import pytest

ZOO = Path(__file__).resolve().parents[2] / "zoo"
FLOORS = [
    {"core"},
    {"acoustics"},
    {"encoders", "enrolment", "prosody", "adapters", "backbones", "scorers", "rl", "data", "text"},
    {"models", "rewards", "tasks"},
    {"stages"},
    {"report"},
    {"studio"},
    {"verbs"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS, 1) for room in rooms}
FILES = sorted(path for path in ZOO.rglob("*.py") if path.name != "__init__.py")
PARTS = {
    "encoders": "encoder",
    "prosody": "head",
    "enrolment": "enrolment",
    "adapters": "adapter",
    "backbones": "backbone",
    "scorers": "scorer",
}


def room_of(path: Path) -> str:
    return path.relative_to(ZOO).parts[0] if path.parent != ZOO else "verbs"


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
        elif isinstance(node, ast.Import):
            found += [name.name for name in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ZOO)))
def test_an_import_goes_down_never_up_or_sideways_between_rooms(path):
    room = room_of(path)
    for module in imports(path):
        parts = module.split(".")
        if parts[0] != "zoo" or len(parts) < 2:
            continue
        other = parts[1] if parts[1] in FLOOR else "verbs"
        allowed = other == room or FLOOR[other] < FLOOR[room]
        assert allowed, f"an import goes down, never up or sideways: {path.relative_to(ZOO)} ({room}) takes {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ZOO)))
def test_lightning_is_in_the_verbs_stages_and_data_alone(path):
    if room_of(path) not in {"verbs", "stages", "data"}:
        assert not any(module.split(".")[0] == "lightning" for module in imports(path)), path


@pytest.mark.parametrize("path", [*(ZOO / "rl").glob("*.py"), ZOO / "rewards" / "trust.py"], ids=lambda p: p.name)
def test_rl_and_trust_import_torch_and_the_legend_alone(path):
    allowed = {"torch", "zoo.core.legend", "collections.abc", "dataclasses", "typing"}
    room = "zoo.rl"
    wrong = [m for m in imports(path) if m not in allowed and not m.startswith(("torch.", room))]
    assert not wrong, f"{path.name} is pure maths and takes torch and the legend alone, not {wrong}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ZOO)))
def test_nobody_imports_a_concrete_part(path):
    room = room_of(path)
    for module in imports(path):
        parts = module.split(".")
        if len(parts) == 3 and parts[1] in PARTS and parts[1] != room:
            contract = parts[2] == PARTS[parts[1]]
            assert contract, f"parts come from the registry; {path.relative_to(ZOO)} imports {module}"


def test_no_room_is_a_drawer_for_everything():
    names = [path.name for path in FILES]
    assert not [name for name in names if name.startswith(("utils", "helpers", "misc")) or "wrapper" in name]
