"""Training speakers as further voices: a recording played faster or slower is that of a smaller or a larger person.

Speed perturbation (Ko et al., Interspeech 2015): pitch, formants and pace are all multiplied by the factor, so the
files are measured anew. What is felt in a voice outlives it while the factor is small; a model that knows all its
training speakers' clips by heart meets people whom it has not heard.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import soundfile
import torch

from zoo.acoustics.wave import read_wave
from zoo.core.console import message
from zoo.core.draft import draft_of
from zoo.core.errors import ZooError
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.places import cache_folder
from zoo.data.journal import digest
from zoo.data.utterance import Utterance

LEAST, MOST = 0.8, 1.25  # four semitones either way; a man's vocal tract is longer than a woman's by about a sixth
STEP = 0.01  # of factors: a ratio of whole rates, and a name in two decimals


def refuse_factors(factors: Sequence[float]) -> None:
    """Raise a `ZooError` unless all factors make another person of a voice, and a person at all."""
    for factor in factors:
        inside = isinstance(factor, int | float) and LEAST <= factor <= MOST and factor != 1
        if not inside or abs(factor / STEP - round(factor / STEP)) > 1e-6:
            raise ZooError(
                f"data.voices are factors of speed from {LEAST} to {MOST} in steps of {STEP}, other than 1, such as "
                f"[0.9, 1.1], not {factor!r}"
            )


def further_voices(utterances: Sequence[Utterance], factors: Sequence[float]) -> list[Utterance]:
    """The utterances again for every factor, as other speakers; files are made once and kept in the cache.

    What cannot be read is left out here too, since the corpus itself lists it. Cues and traces that came with the
    corpus are not those of the new voice and are left behind.
    """
    refuse_factors(factors)
    made: list[Utterance] = []
    if not factors:
        return made
    for factor in factors:
        folder = cache_folder("voices") / f"{factor:.2f}"
        folder.mkdir(exist_ok=True, parents=True)
        for utterance in utterances:
            path = _made(utterance.audio_path, factor, folder)
            if path is not None:
                name = f"{Path(utterance.key).name}*{factor:.2f}"
                speaker = f"{utterance.speaker}*{factor:.2f}"
                voice = replace(utterance, audio_path=path, speaker=speaker, name=name, source=utterance.audio_path)
                made.append(replace(voice, cues=None, reasoning=None))
    message(f"{len(made)} recordings of further voices, at speeds {', '.join(f'{f:.2f}' for f in factors)}")
    return made


def _made(source: Path, factor: float, folder: Path) -> Path | None:
    """The file of a recording at another speed, written whole or not at all; None where the recording is unreadable."""
    from torchaudio.functional import resample

    content = digest(source)
    if not content:
        return None
    path = folder / f"{content}.flac"
    if path.exists():
        return path
    try:
        wave = torch.from_numpy(read_wave(source).samples)
    except ZooError:
        return None
    played = resample(wave, round(SAMPLE_RATE_HZ * factor), SAMPLE_RATE_HZ)
    with draft_of(path) as draft:
        soundfile.write(draft, (played / max(1.0, float(played.abs().max()))).numpy(), SAMPLE_RATE_HZ, format="FLAC")
    return path
