"""Evaluations as `zoo.evaluate --save` writes them: figures, option lists, rows of what was told, texts and marks."""

import json
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError


def read_saved(path: Path) -> dict[str, Any]:
    """Read one evaluation of emotions.

    Raises:
        ZooError: the file cannot be read, or is none.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ZooError(f"{path} is no evaluation ({error}); write one with zoo.evaluate --save FILE") from None
    if not isinstance(saved, dict) or not saved.keys() >= {"figures", "rows", "emotions"} or not saved["rows"]:
        raise ZooError(f"{path} is no evaluation of emotions; write one with zoo.evaluate --save FILE")
    return saved
