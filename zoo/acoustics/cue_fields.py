"""Cues from the fields of an annotated row: our own, those of EmotionCoT, and stress as WhiStress's data sets hold it.

A word that is stressed may be told by name (`stressed_words` and its aliases), by a 0 or 1 for each word of the
transcription (`stress_pattern`, Stress-17K, arXiv 2505.22765) or by its place there (`emphasis_indices`,
TinyStress-15K, arXiv 2505.19103).
"""

import re
from collections.abc import Sequence
from typing import Any

from zoo.acoustics.alignment import words_of
from zoo.acoustics.cues import LEVELS, Cues
from zoo.core.fields import field


def read_cues(row: dict[str, Any]) -> Cues:
    """Return the cues of an annotated row under the released field names and their aliases.

    A level outside the vocabulary ("uncertain", "too_short") says nothing and is None. Stressed words may be a list
    or one text parted by commas; an empty list says that no word is stressed.
    """
    levels: dict[str, Any] = {cue: known(field(row, cue), choices) for cue, choices in LEVELS.items()}
    words = _names(field(row, "stressed_words"))
    return Cues(**levels, stressed_words=words if words is not None else _marked(row))


def known(value: Any, choices: Sequence[str]) -> str | None:
    """The choice that a value names, whatever its case and whether it has spaces, hyphens or underscores."""
    name = re.sub(r"[\s_-]+", " ", value).strip().lower() if isinstance(value, str) else ""
    return next((choice for choice in choices if choice.replace("-", " ") == name), None)


def _names(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple):
        return None
    return tuple(word.strip() for word in value if isinstance(word, str) and word.strip())


def _marked(row: dict[str, Any]) -> tuple[str, ...] | None:
    """The words of the transcription that are marked as stressed; None if there are no marks or they do not fit it."""
    pattern, places = row.get("stress_pattern"), row.get("emphasis_indices")
    tokens = str(field(row, "transcription") or "").split()
    if isinstance(pattern, dict):
        binary = pattern.get("binary")
        if not isinstance(binary, list) or len(binary) != len(tokens):
            return None
        places = [place for place, mark in enumerate(binary) if mark]
    if not isinstance(places, list) or not all(isinstance(p, int) and 0 <= p < len(tokens) for p in places):
        return None
    return tuple(word for place in sorted(set(places)) for word in words_of(tokens[place]))
