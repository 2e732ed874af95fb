"""Annotations to look at: spectrogram, F0, words with their stress and the levels of some utterances, as pictures.

    python -m zoo.annotate ravdess.jsonl ravdess.out.jsonl
    python -m benchmarks.draw_annotations ravdess.out.jsonl --pick 5 --out docs/annotation

Draws as many utterances as asked, evenly through the corpus's emotions, or those named, and prints a line of Markdown
for each.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.measure import measure_parts
from zoo.acoustics.wave import Wave, read_wave
from zoo.core.lines import read_lines

WINDOW_S, HOP_S = 0.030, 0.004  # narrow enough a band to see harmonics of men's voices
TOP_HZ, F0_TOP_HZ = 4000.0, 600.0
DYNAMIC_DB = 60.0
INCHES, DPI, COLOURS = (8.4, 3.6), 100, 80
NUMBERS = {"f0_median_hz": "{:.0f} Hz", "energy_dbfs": "{:.0f} dBFS", "articulation_rate_pps": "{:.1f} phones/s"}


def main(arguments: list[str] | None = None) -> None:
    """Draw, and print a line of Markdown each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotations", type=Path, help="what zoo.annotate wrote")
    parser.add_argument("--pick", type=int, default=5, help="how many, evenly through the emotions")
    parser.add_argument("--names", nargs="*", default=(), help="or these: stems of the audio files")
    parser.add_argument("--out", type=Path, default=Path("docs/annotation"))
    options = parser.parse_args(arguments)
    rows = [row for _, row in read_lines(options.annotations)]
    chosen = [row for row in rows if stem(row) in options.names] if options.names else spread(rows, options.pick)
    options.out.mkdir(parents=True, exist_ok=True)
    for row in chosen:
        path = options.out / f"{row['dataset']}_{stem(row)}.png"
        draw(row, read_wave(options.annotations.parent / row["audio_path"]), path)
        print(f"![{caption(row)}]({options.out.name}/{path.name})\n")


def stem(row: dict[str, Any]) -> str:
    """The audio file's name without its ending."""
    return Path(row["audio_path"]).stem


def spread(rows: list[dict[str, Any]], n: int) -> list[dict[str, Any]]:
    """`n` rows at even steps through the corpus, sorted by emotion and then by a hash of the name: no one's choice."""
    ordered = sorted(rows, key=lambda row: (row["emotion"], hashlib.sha256(stem(row).encode()).hexdigest()))
    return [ordered[round((i + 0.5) * len(ordered) / n)] for i in range(n)]


def caption(row: dict[str, Any]) -> str:
    """One line that tells what was found."""
    levels = (f"{cue} {row[f'{cue}_level'] or 'unknown'}" for cue in ("pitch", "energy", "speed"))
    return f"{row['dataset']} {stem(row)}, {row['emotion']}: {', '.join(levels)}, intonation {row['intonation']}"


def draw(row: dict[str, Any], wave: Wave, path: Path) -> None:
    """One picture: spectrogram below, words above it, F0 over it, levels as its title."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=INCHES, dpi=DPI, layout="constrained")
    image = spectrogram(wave)
    axes.imshow(image, aspect="auto", origin="lower", cmap="Greys", extent=(0, wave.duration_s, 0, TOP_HZ / 1000))
    axes.set(xlabel="s", ylabel="kHz", ylim=(0, TOP_HZ / 1000 * 1.12), xlim=(0, wave.duration_s))
    _draw_f0(axes.twinx(), wave)
    for word in row.get("words") or ():
        _draw_word(axes, word, word["word"] in (row.get("stressed_words") or ()))
    numbers = ", ".join(form.format(row[name]) for name, form in NUMBERS.items() if row.get(name) is not None)
    axes.set_title(f"{caption(row)}\n{numbers}", fontsize=8, loc="left")
    figure.savefig(path)
    plt.close(figure)
    _shrink(path)


def spectrogram(wave: Wave) -> NDArray[np.float64]:
    """Power in dB [frequencies, frames] up to 4 kHz, cut off 60 dB below the loudest."""
    length, hop = round(WINDOW_S * wave.rate_hz), round(HOP_S * wave.rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(wave.samples, length // 2), length)[::hop]
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(length), 2 * length, axis=1)))
    power = power[:, : round(TOP_HZ * 2 * length / wave.rate_hz) + 1].T
    level: NDArray[np.float64] = 10 * np.log10(power + 1e-12)
    return np.maximum(level, level.max() - DYNAMIC_DB)


def _draw_f0(axes: Any, wave: Wave) -> None:
    _, track, _ = measure_parts(wave)
    axes.plot(track.times_s, np.where(track.voiced, track.f0_hz, np.nan), color="#d9772b", linewidth=2.2)
    axes.set(ylim=(0, F0_TOP_HZ * 1.12))
    axes.set_ylabel("F0, Hz", color="#d9772b")


def _draw_word(axes: Any, word: dict[str, Any], stressed: bool) -> None:
    for at in (word["start_s"], word["end_s"]):
        axes.axvline(at, color="#3f78b5", linewidth=0.8, alpha=0.8)
    middle = (word["start_s"] + word["end_s"]) / 2
    text = f"{word['word']}\n{word['stress']:+.1f}" if word.get("stress") is not None else word["word"]
    weight = "bold" if stressed else "normal"
    axes.text(middle, TOP_HZ / 1000 * 1.11, text, ha="center", va="top", fontsize=7.5, color="#1f4e82", weight=weight)


def _shrink(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
