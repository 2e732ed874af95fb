"""How often is a speaker's gender told right, by F0 and formants, clip by clip and by a speaker's clips together?

    python -m benchmarks.speaker --data FOLDER    # of ravdess.jsonl, emodb.jsonl and fda.jsonl with their audio

The rule's weights were fitted to these corpora, so they are fitted anew without the corpus, and without the speaker,
that they are then tried on: those two figures are the ones to expect on other speech.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoo.acoustics.measure import measure_parts
from zoo.acoustics.speaker import SURE_LOGIT, Cues, female_logit, gender_cues
from zoo.acoustics.speaker_judge import by_logit, vote
from zoo.acoustics.wave import read_wave

CORPORA = ("ravdess", "emodb", "fda")


@dataclass(frozen=True)
class Clip:
    """One utterance's truth and cues."""

    corpus: str
    speaker: str
    female: bool
    emotion: str
    cues: Cues | None


def main() -> None:
    """Measure, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    clips, cost = _clips(options.data)
    for corpus in CORPORA:
        rows = [clip for clip in clips if clip.corpus == corpus]
        print(f"\n{corpus}: {len(rows)} clips, {len({clip.speaker for clip in rows})} speakers")
        _print("the rule as it is", rows, np.array([female_logit(c.cues) if c.cues else 0.0 for c in rows]))
        _print("fitted without the corpus", rows, _refitted(clips, rows, "corpus"))
        _print("fitted without the speaker", rows, _refitted(clips, rows, "speaker"))
        _print_speakers(rows)
        _print_emotions(rows)
    print(f"\nCPU time of the judgement beyond measuring: {cost:.4f} s per second of audio")


def _clips(data: Path) -> tuple[list[Clip], float]:
    """Every clip of every corpus, and the seconds of CPU that a second of audio takes."""
    clips, spent, seconds = [], 0.0, 0.0
    for corpus in CORPORA:
        for row in map(json.loads, (data / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines()):
            wave = read_wave(data / row["audio_path"])
            _, track, levels = measure_parts(wave)
            begin = time.process_time()
            cues = gender_cues(wave, track, levels)
            spent += time.process_time() - begin
            seconds += wave.duration_s
            clips.append(Clip(corpus, row["speaker"], row["gender"] == "female", row["emotion"], cues))
    return clips, spent / seconds


def _refitted(clips: list[Clip], rows: list[Clip], apart: str) -> NDArray[np.float64]:
    """The log odds of every row by a discriminant fitted to the clips of other corpora, or of other speakers."""
    fits = {
        key: _fit([clip for clip in clips if clip.cues and getattr(clip, apart) != key])
        for key in {getattr(row, apart) for row in rows}
    }
    logits = []
    for row in rows:
        weights, offset = fits[getattr(row, apart)]
        logits.append(float(np.dot(weights, row.cues) + offset) if row.cues else 0.0)
    return np.array(logits)


def _fit(clips: list[Clip]) -> tuple[NDArray[np.float64], float]:
    """Fisher's discriminant with a common covariance: weights and offset of the log odds."""
    women = np.array([clip.cues for clip in clips if clip.female])
    men = np.array([clip.cues for clip in clips if not clip.female])
    weights = np.linalg.solve((np.cov(women.T) + np.cov(men.T)) / 2, women.mean(axis=0) - men.mean(axis=0))
    return weights, -float(weights @ (women.mean(axis=0) + men.mean(axis=0))) / 2


def _print(name: str, rows: list[Clip], logits: NDArray[np.float64]) -> None:
    female = np.array([row.female for row in rows])
    answered = np.abs(logits) >= SURE_LOGIT
    right = (logits > 0) == female
    wrong = answered & ~right
    print(
        f"  {name:28} right of answered {right[answered].mean():6.1%}, unknown {1 - answered.mean():6.1%}, "
        f"women called men {(wrong & female).sum()}, men called women {(wrong & ~female).sum()}; "
        f"without unknown {right.mean():6.1%}"
    )


def _print_speakers(rows: list[Clip]) -> None:
    votes = {}
    for row in rows:
        logit = female_logit(row.cues) if row.cues else 0.0
        votes.setdefault((row.speaker, row.female), []).append(by_logit(logit, SURE_LOGIT))
    said = {key: vote(clips).gender for key, clips in votes.items()}
    right = sum(gender == ("female" if female else "male") for (_, female), gender in said.items())
    unknown = sorted(speaker for (speaker, _), gender in said.items() if gender is None)
    wrong = sorted(s for (s, female), gender in said.items() if gender == ("male" if female else "female"))
    print(f"  speakers by vote: {right} of {len(said)} right, unknown {unknown or 'none'}, wrong {wrong or 'none'}")


def _print_emotions(rows: list[Clip]) -> None:
    parts = []
    for emotion in sorted({row.emotion for row in rows}):
        some = [row for row in rows if row.emotion == emotion]
        logits = np.array([female_logit(row.cues) if row.cues else 0.0 for row in some])
        answered = np.abs(logits) >= SURE_LOGIT
        right = (logits > 0) == np.array([row.female for row in some])
        parts.append(f"{emotion} {right[answered].mean():.0%} ({1 - answered.mean():.0%} unknown)")
    print("  by emotion: " + ", ".join(parts))


if __name__ == "__main__":
    main()
