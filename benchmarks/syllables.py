"""What people heard in EmoDB: where each word begins and how strongly its strongest syllable is stressed, 0 to 3."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from zoo.acoustics.alignment import words_of

PAUSES = {"(", "."}  # what the annotation has in place of a syllable
MOST_SYLLABLES = 6  # of a German word here


@dataclass(frozen=True)
class Heard:
    """One utterance: per word its onset in seconds and its rating, the highest of its syllables'."""

    path: Path
    speaker: str
    transcription: str
    onsets_s: tuple[float, ...]
    ratings: tuple[float, ...]

    @property
    def top(self) -> set[int]:
        """The words with the highest rating: one, or several where people made no difference."""
        return {i for i, rating in enumerate(self.ratings) if rating == max(self.ratings)}


def heard(folder: Path) -> list[Heard]:
    """Every utterance that people rated, its syllables counted to words by their letters."""
    lines = (folder / "emodb.jsonl").read_text(encoding="utf-8").splitlines()
    about = {row["audio_path"]: row for row in map(json.loads, lines)}
    found = []
    for line in (folder / "emodb_syllable_stress.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        known = about[row["audio_path"]]
        syllables = [s for s in row["syllables"] if s["syllable"] not in PAUSES]
        names = tuple(s["syllable"] for s in syllables)
        ends = word_ends(names, tuple(word.lower() for word in words_of(known["transcription"])))
        groups = [syllables[a:b] for a, b in zip((0, *ends), ends, strict=False)]
        ratings = tuple(max(s["stress"] for s in group if s["stress"] is not None) for group in groups)
        onsets_s = tuple(group[0]["start"] for group in groups)
        found.append(Heard(folder / row["audio_path"], known["speaker"], known["transcription"], onsets_s, ratings))
    return found


@cache
def word_ends(syllables: tuple[str, ...], words: tuple[str, ...]) -> tuple[int, ...]:
    """After how many syllables each word ends: the division that changes the fewest letters.

    The annotators wrote what they heard ("gehn", "stunden dn"), so that letters do not simply agree.
    """
    n, m = len(syllables), len(words)
    cost, back = np.full((n + 1, m + 1), np.inf), np.zeros((n + 1, m + 1), dtype=int)
    cost[0, 0] = 0.0
    for j in range(1, m + 1):
        for i in range(j, n + 1):
            for k in range(max(j - 1, i - MOST_SYLLABLES), i):
                changed = cost[k, j - 1] + _letters_changed("".join(syllables[k:i]), words[j - 1])
                if changed < cost[i, j]:
                    cost[i, j], back[i, j] = changed, k
    ends = [n]
    for j in range(m, 1, -1):
        ends.append(int(back[ends[-1], j]))
    return tuple(reversed(ends))


def _letters_changed(a: str, b: str) -> int:
    """Edit distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
