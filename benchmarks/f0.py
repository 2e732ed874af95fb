"""F0, range and contour against a laryngograph: ours, WORLD's Harvest and the official method, clean and in noise.

    python -m benchmarks.f0 --data FOLDER    # of fda.jsonl (CSTR's FDA corpus) and its fda_f0ref/; or ZOO_SPEECH

A reference has one value every 15 ms. A frame error is a frame wrongly voiced, wrongly unvoiced or grossly off (over
20 %). The range is the 5th to the 95th percentile. Shape and dynamics are a method's own contour code run on the
laryngograph's track and on its own: how often both say the same. Odd files were there to choose by, even ones to check.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import official
from zoo.acoustics.contour import contour
from zoo.acoustics.energy import energy
from zoo.acoustics.measure import measure_parts
from zoo.acoustics.wave import Wave, read_wave

REF_HOP_S = 0.015
GROSS = 0.20
NOISE_DB = 5.0  # white noise this far below the level of the speech
AT_MOST = {"frame %": 5.0, "gross %": 0.6, "range st": 0.4}  # the bars, for ours and clean speech
AT_LEAST = {"shape %": 86.0, "dynamics %": 96.0}
COLUMNS = ("frame %", "gross %", "voicing %", "range st", "shape %", "dynamics %")


@dataclass(frozen=True)
class Found:
    """What one method says of one utterance: F0 on the reference's frames, and its summary against the reference's."""

    f0_hz: NDArray[np.float64]  # [T], NaN where unvoiced
    ref_hz: NDArray[np.float64]
    range_st: tuple[float | None, float]  # its own, the reference's
    shape: tuple[str | None, str]
    dynamics: tuple[str | None, str | None]


Method = Callable[[Wave, NDArray[np.float64]], Found]


def ours(tracker: str) -> Method:
    """The zoo's measures with one of its trackers."""

    def run(wave: Wave, ref_hz: NDArray[np.float64]) -> Found:
        measures, track, _ = measure_parts(wave, tracker)
        semitones, range_st = _summary(ref_hz)
        there = contour(semitones, REF_HOP_S, range_st)
        return Found(
            _at_reference(track.f0_hz, track.hop_s, len(ref_hz)),
            ref_hz,
            (measures.f0_range_st, range_st),
            (measures.contour_shape, there.shape),
            (measures.contour_dynamics, there.dynamics),
        )

    return run


def theirs(wave: Wave, ref_hz: NDArray[np.float64]) -> Found:
    """The official method."""
    found = official.official(wave.samples)
    semitones, range_st = _summary(ref_hz)
    shape, dynamics = official.contour(semitones, range_st)
    return Found(
        _at_reference(found.f0_hz, official.HOP / official.RATE_HZ, len(ref_hz)),
        ref_hz,
        (found.f0_range_st, range_st),
        (found.contour_shape, shape),
        (found.contour_dynamics, dynamics),
    )


METHODS: dict[str, Method] = {"swift-f0": ours("swift-f0"), "harvest": ours("harvest"), "official": theirs}


def score(rows: Sequence[Found]) -> dict[str, float]:
    """Errors and agreements of a method over utterances; an utterance without a range counts as off by its all."""
    f0_hz, ref_hz = (np.concatenate([getattr(row, name) for row in rows]) for name in ("f0_hz", "ref_hz"))
    voiced, really = np.isfinite(f0_hz), ref_hz > 0
    both = voiced & really
    gross = np.abs(f0_hz[both] - ref_hz[both]) > GROSS * ref_hz[both]
    wrong = voiced != really
    values = (
        float(wrong.sum() + gross.sum()) / len(ref_hz),
        float(gross.mean()),
        float(wrong.mean()),
        float(np.mean([abs((own or 0.0) - ref) for own, ref in (row.range_st for row in rows)])) / 100,
        float(np.mean([row.shape[0] == row.shape[1] for row in rows])),
        float(np.mean([row.dynamics[0] == row.dynamics[1] for row in rows])),
    )
    return {name: 100 * value for name, value in zip(COLUMNS, values, strict=True)}


def noisy(wave: Wave, seed: int) -> Wave:
    """The wave with white noise `NOISE_DB` below its speech."""
    level_dbfs = (energy(wave).energy_dbfs or 0.0) - NOISE_DB
    noise = np.random.default_rng(seed).normal(0.0, 10 ** (level_dbfs / 20), len(wave.samples))
    return Wave((wave.samples + noise).astype(np.float32), wave.rate_hz)


def read_corpus(folder: Path) -> list[tuple[Wave, NDArray[np.float64]]]:
    """Waves and the laryngograph's F0 in Hz, one every 15 ms, 0 where unvoiced."""
    rows = [json.loads(line) for line in (folder / "fda.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(read_wave(folder / row["audio_path"]), np.loadtxt(folder / row["f0ref"])) for row in rows]


def _summary(ref_hz: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Semitones of the voiced frames against their median, and their range."""
    voiced = ref_hz[ref_hz > 0]
    low, middle, high = np.percentile(voiced, [5, 50, 95])
    return 12 * np.log2(voiced / middle), float(12 * np.log2(high / low))


def _at_reference(f0_hz: NDArray[np.float64], hop_s: float, n_frames: int) -> NDArray[np.float64]:
    """The nearest frame's value at each of the reference's frames; NaN beyond the track."""
    nearest = np.round(np.arange(n_frames) * REF_HOP_S / hop_s).astype(int)
    inside = nearest < len(f0_hz)
    return np.where(inside, f0_hz[np.minimum(nearest, len(f0_hz) - 1)], np.nan)


def main() -> int:
    """Print a table a condition; 1 where ours misses a bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ZOO_SPEECH", "../shared/data")))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    options = parser.parse_args()
    corpus = read_corpus(options.data)
    missed = []
    for condition in ("clean", f"{NOISE_DB:.0f} dB"):
        heard = [(wave if condition == "clean" else noisy(wave, i), ref) for i, (wave, ref) in enumerate(corpus)]
        print(f"\n{condition}, {len(corpus)} utterances\n")
        header = ["method", "half", *COLUMNS]
        print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
        for name in options.methods:
            rows = [METHODS[name](wave, ref) for wave, ref in heard]
            for half, part in (("odd", rows[::2]), ("even", rows[1::2]), ("all", rows)):
                result = score(part)
                print(f"| {name} | {half} | " + " | ".join(f"{value:.2f}" for value in result.values()) + " |")
            if name == "swift-f0" and condition == "clean":
                missed = [bar for bar, value in AT_MOST.items() if result[bar] > value]
                missed += [bar for bar, value in AT_LEAST.items() if result[bar] < value]
    print(f"\nbars: at most {AT_MOST}, at least {AT_LEAST}: " + (f"missed {missed}" if missed else "all met"))
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
