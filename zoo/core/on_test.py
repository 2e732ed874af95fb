"""Which stage and corpus `zoo.evaluate --on TEST` means: overrides for the checkpoint's own recipe."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from zoo.core.registry import stages

CORPUS = "data.corpus="
ANYWHERE = "prosodia"  # the corpus that needs nothing to be fetched


def is_test(name: str | None) -> bool:
    """Whether a name is that of a stage that only tests."""
    return name in stages.entries and bool(stages.entries[name].facts.get("test"))


def overrides_for(test: str, recipe: Mapping[str, Any], overrides: Sequence[str]) -> list[str]:
    """The overrides that make a checkpoint's recipe the test, on `data.corpus=NAME` or else on prosodia.

    A corpus that the checkpoint was trained on is taken as it was there, so that its split is the training's.
    """
    asked = [text.removeprefix(CORPUS) for text in overrides if text.startswith(CORPUS)]
    name = asked[-1] if asked else ANYWHERE
    data = recipe.get("data") or {}
    own = next((row for row in corpora_of(data) if row.get("name") == name), {"name": name})
    chosen = [] if data.get("name") == name else [f"data={json.dumps(own)}"]
    return [f"stage.name={test}", *chosen, *(text for text in overrides if not text.startswith(CORPUS))]


def corpora_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The corpora of a data section: those of a mix, or its own."""
    rows = data.get("corpora") or [data]
    return [{"name": row} if isinstance(row, str) else dict(row) for row in rows]
