"""The lowest versions that are tested are those that `pyproject.toml` allows."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints-lowest.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def test_every_dependency_is_tested_at_its_bound():
    bounds = dict(wanted.split(">=") for wanted in PROJECT["dependencies"])
    assert {name: PINS.get(name) for name in bounds} == bounds


def test_what_the_tests_run_with_too():
    bounds = dict(wanted.split(">=") for wanted in PROJECT["optional-dependencies"]["dev"] if ">=" in wanted)
    rest = PINS.keys() - {wanted.split(">=")[0] for wanted in PROJECT["dependencies"]}
    assert {name: bounds.get(name) for name in rest} == {name: PINS[name] for name in rest}
