"""What a linear head reaches on a frozen encoder's pooled frames: the bar for a model that also explains itself.

    python -m benchmarks.probe --root <RAVDESS> [--weights <folder of openai/whisper-base>] [--voices 0.88 1.14]
    python -m benchmarks.probe --corpus emodb --root <EmoDB> [--weights <folder of openai/whisper-base>]

Logistic regression on standardised means and standard deviations over time, over all of a corpus's own folds of
speakers: every state of the encoder alone, the mean of several, and the later ones side by side; then the same less the
speaker's own mean, of all other clips and of `--others` of them, whose emotions nobody needs to know.
"""

import argparse
from collections.abc import Sequence

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn

from zoo.acoustics.wave import read_wave
from zoo.core.pooling import statistics
from zoo.core.registry import corpora, encoders
from zoo.data.mix import build_corpus
from zoo.data.utterance import Utterance
from zoo.data.voices import further_voices

LATER = 2  # the first state that is put side by side with those after it
C = 0.003  # of the regression: 2 D features and fewer than 4,000 clips


class SideBySide(nn.Module):
    """All states of an encoder instead of a mix of them."""

    def forward(self, states: Sequence[Tensor]) -> Tensor:
        """States [B, T, D] each to [B, T, states * D]."""
        return torch.cat(list(states), -1)


def main() -> None:
    """Print the accuracy of each, over all folds and by fold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default="ravdess", help="one with folds of speakers")
    parser.add_argument("--root", required=True, help="its folder")
    parser.add_argument("--encoder", default="whisper-base", help="a part that takes layers and mix")
    parser.add_argument("--weights", help="its folder; from the hub if left out")
    parser.add_argument("--layers", type=int, default=5, help="read up to this one")
    parser.add_argument("--voices", nargs="*", type=float, default=[], help="train at these speeds too")
    parser.add_argument("--others", nargs="*", type=int, default=[8, 24], help="of how many other clips a mean is")
    asked = parser.parse_args()
    options = {"layers": asked.layers, "mix": True, **({"weights": asked.weights} if asked.weights else {})}
    encoder = encoders.build(asked.encoder, options).eval()
    encoder.mix = SideBySide()
    n_folds = corpora.entry(asked.corpus).thing.folds
    parts = [build_corpus({"name": asked.corpus, "root": asked.root, "fold": fold + 1}) for fold in range(n_folds)]
    tested = [corpus.test() for corpus in parts]
    recorded = [*parts[0].train(), *tested[0]]
    utterances = [*recorded, *further_voices(recorded, asked.voices)]
    pooled = np.stack([pool(encoder, utterance) for utterance in utterances])  # [N, 2, states, D]
    fold_of = {utterance.speaker: fold for fold, part in enumerate(tested) for utterance in part}
    folds = np.array([fold_of[utterance.speaker.partition("*")[0]] for utterance in utterances])
    voices = np.array([utterance.speaker for utterance in utterances])
    told = np.array([utterance.emotion for utterance in utterances])
    states = [*range(pooled.shape[2])]
    views = {f"state {state}": [state] for state in states}
    views |= {f"states {LATER} to {states[-1]} side by side": states[LATER:]}
    features = {name: pooled[:, :, chosen].reshape(len(pooled), -1) for name, chosen in views.items()}
    features |= {
        f"mean of states 0 to {to}": pooled[:, :, : to + 1].mean(2).reshape(len(pooled), -1) for to in states[3:]
    }
    held_out = np.arange(len(utterances)) < len(recorded)
    for name, found in features.items():
        show(name, found, told, folds, held_out)
    for count in [*asked.others, None]:
        own = f"less the mean of {'all' if count is None else count} other clips"
        for name in (f"state {min(3, states[-1])}", f"states {LATER} to {states[-1]} side by side"):
            show(f"{name}, {own}", less_own(features[name], voices, count), told, folds, held_out)


def pool(encoder: nn.Module, utterance: Utterance) -> np.ndarray:
    """The mean and standard deviation of every state's frames, [2, states, D]."""
    wave = torch.from_numpy(read_wave(utterance.audio_path).samples)
    with torch.no_grad():
        frames, mask = encoder(wave[None], torch.tensor([len(wave)]))
    both = torch.stack([row[0] for row in statistics(frames, mask)])
    return both.view(2, -1, encoder.dim).numpy()


def less_own(features: np.ndarray, voices: np.ndarray, count: int | None) -> np.ndarray:
    """Features [N, F] less the mean of the same voice's other clips, of `count` of them where it is given."""
    seed, less = np.random.default_rng(0), features.copy()
    for at in range(len(features)):
        others = np.flatnonzero((voices == voices[at]) & (np.arange(len(voices)) != at))
        less[at] -= features[others if count is None else seed.choice(others, count, replace=False)].mean(0)
    return less


def show(name: str, features: np.ndarray, told: np.ndarray, folds: np.ndarray, held_out: np.ndarray) -> None:
    """Train and test on each fold, and print."""
    right = []
    for fold in np.unique(folds):
        theirs = folds == fold
        head = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=300))
        head.fit(features[~theirs], told[~theirs])
        right.append(head.predict(features[theirs & held_out]) == told[theirs & held_out])
    by_fold = " ".join(f"{row.mean():.1%}" for row in right)
    print(f"{name}: {np.concatenate(right).mean():.1%} ({by_fold})", flush=True)


if __name__ == "__main__":
    main()
