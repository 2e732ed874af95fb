"""Are words found where people hear them, and are the words stressed that people hear stressed?

    python -m benchmarks.alignment --data FOLDER    # of emodb.jsonl, ravdess.jsonl and the like; or ZOO_SPEECH

EmoDB's syllables were timed and rated by people (German, 10 sentences). The method was chosen on half of the speakers,
so both halves are shown. English has no such truth here: what is shown is how many utterances come back whole and
trusted, how often the transcript of another utterance is refused, and how far the two aligners are apart.
"""

import argparse
import json
import os
import random
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.syllables import Heard, heard
from zoo.acoustics.alignment import Alignment, align, aligner
from zoo.acoustics.energy import energy
from zoo.acoustics.stress import stress
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.registry import trackers

WITHIN_S = (0.020, 0.050, 0.100)
SEED = 17
SAME_END = 12  # letters: RAVDESS' sentences share their second half, and a swap must change more than "kids" and "dogs"
NEAR = 10  # a wrong transcript is one of this many nearest in length


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ZOO_SPEECH", "../shared/data")))
    parser.add_argument("--every", type=int, default=1, help="every n-th utterance of RAVDESS")
    options = parser.parse_args()
    german(heard(options.data))
    fda, ravdess = (_rows(options.data, name) for name in ("fda", "ravdess"))
    english("FDA", options.data, fda, fda)
    english("RAVDESS", options.data, ravdess[:: options.every], fda + ravdess)


def german(rows: list[Heard]) -> None:
    """EmoDB against people, by eSpeak and DTW."""
    tracker = trackers.build("swift-f0")
    found: list[tuple[Heard, Alignment]] = []
    right: list[bool] = []
    seconds = spent = 0.0
    for row in track(rows, description="EmoDB"):
        wave = read_wave(row.path)
        begin = time.process_time()
        alignment = align(wave, row.transcription, "de")
        spent += time.process_time() - begin
        seconds += wave.duration_s
        if alignment is None:
            continue
        stresses = [word.stress or 0.0 for word in stress(alignment, tracker.track(wave), energy(wave))]
        found.append((row, alignment))
        right.append(int(np.argmax(stresses)) in row.top)
    speakers = sorted({row.speaker for row in rows})
    print(f"\nEmoDB, espeak-dtw: {len(found)} of {len(rows)} trusted; {spent / seconds:.4f} s of CPU a second of audio")
    print("| speakers | n | within 20 ms | 50 ms | 100 ms | median ms | top word right | chance | majority word |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, chosen in (("all", speakers), ("chosen on", speakers[::2]), ("the others", speakers[1::2])):
        index = [i for i, (row, _) in enumerate(found) if row.speaker in chosen]
        _print_german(name, [found[i] for i in index], [right[i] for i in index])


def _print_german(name: str, found: list[tuple[Heard, Alignment]], right: list[bool]) -> None:
    errors = np.concatenate([np.abs([w.start_s for w in a.words] - np.array(row.onsets_s)) for row, a in found])
    shares = " | ".join(f"{(errors <= within).mean():.1%}" for within in WITHIN_S)
    chance = np.mean([len(row.top) / len(row.ratings) for row, _ in found])
    tops: dict[str, Counter[int]] = defaultdict(Counter)
    for row, _ in found:
        tops[row.transcription].update(row.top)
    majority = sum(count.most_common(1)[0][1] for count in tops.values()) / len(found)
    median = f"{1000 * np.median(errors):.0f}"
    print(f"| {name} | {len(found)} | {shares} | {median} | {np.mean(right):.1%} | {chance:.1%} | {majority:.1%} |")


def english(name: str, data: Path, rows: list[dict[str, str]], others: list[dict[str, str]]) -> None:
    """A corpus without word times: what is trusted with its own transcripts and with others', and at what cost."""
    draw = random.Random(SEED)
    own: Counter[str] = Counter()
    swapped: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    apart: list[float] = []
    seconds = 0.0
    for row in track(rows, description=name):
        wave, text = read_wave(data / row["audio_path"]), row["transcription"]
        seconds += wave.duration_s
        begin = time.process_time()
        found = align(wave, text)
        spent["align"] += time.process_time() - begin
        own[found.aligner if found else "none"] += 1
        by_one, by_other = (_timed(part, wave, text, spent) for part in ("pocketsphinx", "espeak-dtw"))
        own["whole"] += by_one is not None
        if by_one and by_other and by_one.trusted:
            apart += [abs(a.start_s - b.start_s) for a, b in zip(by_one.words, by_other.words, strict=True)]
        wrong = align(wave, _wrong(text, others, draw))
        swapped[wrong.aligner if wrong else "none"] += 1
    n = len(rows)
    print(f"\n{name}: {n} utterances, {own['whole']} came back whole from pocketsphinx")
    print("| transcript | pocketsphinx | espeak-dtw | none |\n|---|---|---|---|")
    for label, count in (("its own", own), ("another's", swapped)):
        print(
            f"| {label} | " + " | ".join(f"{count[k] / n:.1%}" for k in ("pocketsphinx", "espeak-dtw", "none")) + " |"
        )
    shares = ", ".join(f"{np.mean(np.array(apart) <= within):.1%} within {1000 * within:.0f} ms" for within in WITHIN_S)
    print(f"The two aligners' onsets: {shares}, median {1000 * np.median(apart):.0f} ms")
    costs = ", ".join(f"{part} {value / seconds:.4f}" for part, value in spent.items())
    print(f"CPU seconds a second of audio: {costs}")


def _timed(part: str, wave: Wave, text: str, spent: Counter[str]) -> Alignment | None:
    begin = time.process_time()
    found = aligner(part).align(wave, text, "en")
    spent[part] += time.process_time() - begin
    return found


def _wrong(text: str, rows: list[dict[str, str]], draw: random.Random) -> str:
    """A sentence of about the same length that somebody else said."""
    others = sorted({row["transcription"] for row in rows if row["transcription"][-SAME_END:] != text[-SAME_END:]})
    return draw.choice(sorted(others, key=lambda other: abs(len(other) - len(text)))[:NEAR])


def _rows(data: Path, name: str) -> list[dict[str, str]]:
    lines = (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if not row.get("duplicate_of")]


if __name__ == "__main__":
    main()
