"""Do edits change their cue by what is asked, and the others not? Each edit of real utterances, measured again.

    python -m benchmarks.edits --data FOLDER    # of ravdess.jsonl and emodb.jsonl with their audio

Prints mean and 90 % band of every cue's change, how many edits were refused or moved another
cue audibly, and what they cost.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np

from zoo.acoustics.edit import Editor
from zoo.acoustics.edited import Changes, Edited
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.errors import ZooError

EACH = 30  # utterances of a corpus
HEADROOM_DB = -8.0  # EmoDB's peaks stand at full scale, and an edit moves peaks
EDITS: dict[str, Callable[[Editor], Edited]] = {
    "control": lambda editor: editor.control(),
    "pitch +4 st": lambda editor: editor.pitch(4),
    "pitch -4 st": lambda editor: editor.pitch(-4),
    "range x 0.5": lambda editor: editor.range(0.5),
    "range x 1.5": lambda editor: editor.range(1.5),
    "tempo x 1.3": lambda editor: editor.tempo(1.3),
    "tempo x 0.77": lambda editor: editor.tempo(0.77),
    "level +6 dB": lambda editor: editor.level(6),
    "level -6 dB": lambda editor: editor.level(-6),
}
CONTOURS = ("rising", "falling", "rising-falling", "falling-rising", "flat")


def main() -> None:
    """Edit, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    found: dict[str, list[Edited]] = {name: [] for name in EDITS}
    shapes: dict[str, list[str | None]] = {shape: [] for shape in CONTOURS}
    refused = dict.fromkeys((*EDITS, *CONTOURS), 0)
    seconds = edits = spent = 0.0
    for path in _chosen(options.data, options.seed):
        wave = _lowered(read_wave(path))
        begin = time.process_time()
        editor = Editor(wave)
        for name, edit in EDITS.items():
            try:
                found[name].append(edit(editor))
            except ZooError:
                refused[name] += 1
        for shape in CONTOURS:
            try:
                shapes[shape].append(editor.contour(shape).after.contour_shape)
            except ZooError:
                refused[shape] += 1
        spent += time.process_time() - begin
        seconds += wave.duration_s
        edits += len(EDITS) + len(CONTOURS)
    _print(found, shapes, refused)
    each = spent / edits * 2 * EACH / seconds
    print(f"\nCPU time: {each:.3f} s an edit and second of audio, both measurements in it ({seconds:.0f} s of audio)")


def _chosen(data: Path, seed: int) -> list[Path]:
    """Utterances of both corpora, the same for a seed."""
    paths: list[Path] = []
    for corpus in ("ravdess", "emodb"):
        lines = (data / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [row for row in map(json.loads, lines) if not row.get("duplicate_of")]
        paths += [data / row["audio_path"] for row in random.Random(seed).sample(rows, EACH)]
    return paths


def _lowered(wave: Wave) -> Wave:
    return Wave(wave.samples * np.float32(10 ** (HEADROOM_DB / 20)), wave.rate_hz)


def _print(found: dict[str, list[Edited]], shapes: dict[str, list[str | None]], refused: dict[str, int]) -> None:
    cues = [field.name for field in fields(Changes)]
    print(f"{'mean [5 %, 95 %]':14}" + "".join(f"{cue:>22}" for cue in cues) + "     n refused strayed")
    for name, rows in found.items():
        strayed = sum(bool(row.strayed) for row in rows)
        cells = "".join(_cell(rows, cue) for cue in cues)
        print(f"{name:14}{cells}{len(rows):6}{refused[name]:8}{strayed:8}")
    print("\ncontour asked, then the shapes measured")
    for shape, seen in shapes.items():
        share = sum(one == shape for one in seen) / max(1, len(seen))
        others = {one: seen.count(one) for one in sorted(set(map(str, seen))) if one != shape}
        print(f"{shape:16}{share:6.0%} of {len(seen)}, {refused[shape]} refused; others {others or 'none'}")


def _cell(rows: list[Edited], cue: str) -> str:
    values = [value for row in rows if (value := getattr(row.changes, cue)) is not None]
    low, high = np.percentile(values, [5, 95])
    return f"{np.mean(values):7.2f} [{low:5.2f},{high:6.2f}]".rjust(22)


if __name__ == "__main__":
    main()
