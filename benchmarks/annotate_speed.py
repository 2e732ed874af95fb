"""What annotating costs: CPU seconds per second of audio, ours and the official method's on the same files in turn.

    python -m benchmarks.annotate_speed --data FOLDER
    python -m benchmarks.annotate_speed --data FOLDER --scaling    # one worker process against two; a quiet machine

FOLDER holds ravdess.jsonl, emodb.jsonl and fda.jsonl with their audio; else the environment's ZOO_SPEECH. One thread.
Ours reads the file, tracks F0, and measures energy, rate, contour and voice quality; "with words" is the whole
annotation: alignment, stress and speaker too. The official side reads the file (with our reader), tracks F0 twice and
measures energy and contour; it finds no syllables, no words and no voice quality. CPU time is that of the whole
process, all threads, in and out of the kernel.

Where the time goes, and how low it could go. Five sixths of ours are SwiftF0's network. Arithmetic: about 3.3 million
multiply-adds a frame of 16 ms (2.3 in convolutions of 12 channels over 128 bands, 1.0 in three spectra), 0.2 billion a
second of speech: 2.6 ms on a core that does 80 billion a second (32 a cycle at 2.5 GHz); ONNX Runtime takes 6 to 7 ms,
since it pads 12 channels to 16 and passes over the layers one by one. Bytes: a second of audio is 64 kB and costs
nothing; the layers' activations, 8 kB a frame and written or read some 45 times, are 23 MB a second, 2.3 ms at 10 GB/s
where they leave the cache, which is why long stretches are cut. Beyond that the way down was to track only where there
is speech; all that is not the network, reading included, is 1.3 ms a second.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import official
from benchmarks.meter import cpu_s
from zoo.acoustics.annotation import annotate
from zoo.acoustics.measure import measure
from zoo.acoustics.wave import read_wave

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CORPORA = ("ravdess", "emodb", "fda")
BAR, STRETCH = 20.0, 35.0
SCALING_BAR = 1.8
Row = dict[str, str]


def ours(row: Row) -> None:
    """Everything that is measured without words."""
    measure(read_wave(row["audio_path"]))


def with_words(row: Row) -> None:
    """The whole annotation."""
    annotate(read_wave(row["audio_path"]), row["transcription"], row["language"])


def theirs(row: Row) -> None:
    """The official method."""
    official.official(read_wave(row["audio_path"]).samples)


SIDES: dict[str, Callable[[Row], None]] = {"official": theirs, "ours": ours, "ours with words": with_words}


def compare(rows: list[Row], repeats: int) -> dict[str, list[float]]:
    """CPU seconds per second of audio of each side, a value a file: the median of its repeats, the sides in turn."""
    for side in SIDES.values():
        side(rows[0])  # libraries loaded, networks built, numba compiled
    found: dict[str, list[float]] = {name: [] for name in SIDES}
    for row in rows:
        seconds = read_wave(row["audio_path"]).duration_s
        spent: dict[str, list[float]] = {name: [] for name in SIDES}
        for turn in range(repeats):
            for name in list(SIDES) if turn % 2 else reversed(SIDES):
                before = cpu_s()
                SIDES[name](row)
                spent[name].append(cpu_s() - before)
        for name, values in spent.items():
            found[name].append(median(values) / seconds)
    return found


def scaling(rows: list[Row], repeats: int) -> bool:
    """Measure the same files with one worker process and with two, in turn; print seconds and ratio."""
    spent: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder, "in.jsonl")
        manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        for turn in range(repeats):
            for workers in (1, 2) if turn % 2 else (2, 1):
                spent[workers].append(_run(manifest, Path(folder, f"{turn}_{workers}.jsonl"), workers))
    print(f"{len(rows)} files, {repeats} runs each\n\n| workers | wall s | CPU s |\n|---|---|---|")
    for workers, runs in spent.items():
        print(f"| {workers} | {median(wall for wall, _ in runs):.1f} | {median(cpu for _, cpu in runs):.1f} |")
    wall, cpu = (median(one[i] / two[i] for one, two in zip(spent[1], spent[2], strict=True)) for i in (0, 1))
    print(f"\nwall, one over two: {wall:.2f} (bar {SCALING_BAR}); CPU, one over two: {cpu:.2f} (1 is no waste)")
    return wall >= SCALING_BAR


def _run(manifest: Path, out: Path, workers: int) -> tuple[float, float]:
    """Wall and CPU seconds of the verb's first pass in a process of its own."""
    command = [sys.executable, "-m", "zoo.annotate", str(manifest), str(out), "--shard", "1/1", "--workers"]
    wall, cpu = time.perf_counter(), os.times()
    subprocess.run([*command, str(workers)], check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - cpu.children_user - cpu.children_system
    return time.perf_counter() - wall, used


def read_rows(folder: Path, each: int) -> list[Row]:
    """`each` utterances of every corpus, evenly spread over its speakers."""
    chosen: list[Row] = []
    for corpus in CORPORA:
        lines = (folder / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines[:: max(1, len(lines) // each)][:each]:
            row = json.loads(line)
            kept = {key: row[key] for key in ("transcription", "language", "speaker", "dataset")}
            chosen.append({**kept, "audio_path": str((folder / row["audio_path"]).resolve())})
    return chosen


def main() -> int:
    """Print medians and ratios; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ZOO_SPEECH", "../shared/data")))
    parser.add_argument("--each", type=int, default=0, help="files a corpus; 8, with --scaling 200")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scaling", action="store_true")
    options = parser.parse_args()
    if ONE_THREAD.items() - os.environ.items():  # thread pools are made when numpy is imported: begin again
        os.execve(
            sys.executable, [sys.executable, "-m", "benchmarks.annotate_speed", *sys.argv[1:]], os.environ | ONE_THREAD
        )
    if options.scaling:
        return 1 - scaling(read_rows(options.data, options.each or 200), options.repeats)
    rows = read_rows(options.data, options.each or 8)
    found = compare(rows, options.repeats)
    print(f"CPU seconds per second of audio, {len(rows)} files, the median of {options.repeats} runs each\n")
    print("| corpus | " + " | ".join(SIDES) + " | official / ours | from - to | official / ours with words |")
    print("|---" * (len(SIDES) + 4) + "|")
    for corpus in (*CORPORA, "all"):
        at = [i for i, row in enumerate(rows) if corpus in ("all", row["dataset"])]
        middle = {name: median(values[i] for i in at) for name, values in found.items()}
        ratios = [found["official"][i] / found["ours"][i] for i in at]
        words = median(found["official"][i] / found["ours with words"][i] for i in at)
        costs = " | ".join(f"{value:.4f}" for value in middle.values())
        ends = f"{min(ratios):.1f} - {max(ratios):.1f}"
        print(f"| {corpus} | {costs} | {median(ratios):.1f} | {ends} | {words:.1f} |")
    print(f"\nofficial / ours: {median(ratios):.1f}; bar {BAR:.0f}, stretch {STRETCH:.0f}")
    return int(median(ratios) < BAR)


if __name__ == "__main__":
    sys.exit(main())
