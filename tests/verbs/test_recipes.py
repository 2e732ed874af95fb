"""Every recipe of the project passes its check, and says in its first lines how it is run and what it needs."""

from pathlib import Path

import pytest

from zoo.core.check import check
from zoo.core.recipe import complete, load_recipe

FOLDER = Path(__file__).resolve().parents[2] / "recipes"
RECIPES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_it_passes_its_check_and_says_how_to_run_it(path):
    recipe = load_recipe(path)
    check(recipe)
    complete(recipe)
    head = path.read_text(encoding="utf-8").split("\n")[:5]
    assert all(line.startswith("#") for line in head[:2])
    assert any(f"python -m zoo.fit recipes/{path.relative_to(FOLDER)}" in line for line in head)
