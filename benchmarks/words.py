"""Words against voice: does what is said sway the answer, where each sentence is said in every emotion?

    python -m zoo.evaluate CKPT --on ravdess data.root=<RAVDESS> data.fold=1 --rows rows.jsonl
    python -m benchmarks.words rows.jsonl ... --sentence '-(\\d\\d)-\\d\\d-\\d\\d\\.'         # RAVDESS
    python -m benchmarks.words rows.jsonl ... --sentence '/\\d\\d([ab]\\d\\d)'               # EmoDB

Accuracy by sentence, and how many bits the sentence and the emotion tell of the answer, beside the bits that sentences
dealt out anew among the utterances of each emotion tell by chance.
"""

import argparse
import math
import re
from pathlib import Path

import numpy as np
import torch
from torchmetrics.functional.clustering import mutual_info_score

from zoo.core.lines import read_lines

DEALS = 2000


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+", type=Path, help="files of zoo.evaluate --rows, or rows.jsonl of zoo.compare")
    parser.add_argument("--sentence", required=True, help="pattern whose group is the sentence in an utterance's key")
    asked = parser.parse_args()
    rows = [row for path in asked.rows for _, row in read_lines(path)]
    if not rows:
        raise SystemExit(f"{', '.join(map(str, asked.rows))}: no answers; zoo.evaluate --rows writes them")
    found = [re.search(asked.sentence, row["key"]) for row in rows]
    if None in found:
        raise SystemExit(f"{asked.sentence!r} is not in {rows[found.index(None)]['key']!r}; every key must have it")
    said = np.array([match[1] for match in found if match])
    emotion = np.array([row["emotion"] for row in rows])
    answer = np.array([row["answer"] for row in rows])
    for sentence in np.unique(said):
        own = said == sentence
        print(f"{sentence}: {np.mean(answer[own] == emotion[own]):.1%} of {own.sum()}")
    print(f"all: {np.mean(answer == emotion):.1%} of {len(rows)}")
    seed = np.random.default_rng(0)
    chance = [bits(dealt(said, emotion, seed), answer) for _ in range(DEALS)]
    low, high = np.quantile(chance, [0.025, 0.975])
    print(f"the emotion tells {bits(emotion, answer):.3f} bits of the answer")
    print(f"the sentence {bits(said, answer):.3f}; by chance {np.mean(chance):.3f} [{low:.3f}, {high:.3f}]")


def dealt(said: np.ndarray, emotion: np.ndarray, seed: np.random.Generator) -> np.ndarray:
    """Sentences dealt out anew among the utterances of each emotion, which keeps how often either comes."""
    anew = said.copy()
    for word in np.unique(emotion):
        own = emotion == word
        anew[own] = seed.permutation(said[own])
    return anew


def bits(one: np.ndarray, other: np.ndarray) -> float:
    """Mutual information of two labellings in bits."""
    numbered = [torch.from_numpy(np.unique(labels, return_inverse=True)[1]) for labels in (one, other)]
    return float(mutual_info_score(*numbered)) / math.log(2)


if __name__ == "__main__":
    main()
