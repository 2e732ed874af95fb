"""Prosodia: the demo corpus, made on first use. Synthetic speech whose emotion lies in its prosody alone.

It shows that the road works and that measuring recovers the rules (`prosodia_rules.py`). It says nothing about
recognising people's emotions, and a page with a figure from it says so. Each group of nine utterances is one sentence
in one voice in all nine emotions, so that the words carry nothing.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import soundfile
from rich.console import Console
from rich.progress import track

from zoo.acoustics.espeak import speak
from zoo.core.errors import ZooError
from zoo.core.legend import SAMPLE_RATE_HZ
from zoo.core.places import ZOO, cache_folder
from zoo.core.registry import corpora
from zoo.data.corpus import Corpus, refuse_shared_speakers
from zoo.data.manifest import read_manifest
from zoo.data.prosodia_rules import RULES, draw
from zoo.data.prosodia_sentences import SENTENCES
from zoo.data.prosodia_voice import bend
from zoo.data.utterance import Utterance

EMOTIONS = tuple(RULES)
VOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "train": {
        "female": ("en-us+f1", "en+f2", "en-us+f3", "en-gb-x-rp+f4", "en-us+linda", "en+steph"),
        "male": ("en-us+m1", "en+m2", "en-us+m3", "en-gb-scotland+m4", "en-us+m7", "en-gb-x-rp+Andy"),
    },
    "test": {
        "female": ("en-us+f5", "en+Alicia", "en-gb-x-rp+Annie"),
        "male": ("en-us+Michael", "en+adam", "en-gb-scotland+max"),
    },
}  # language and variant of eSpeak NG
TEST_SENTENCES = len(SENTENCES) // 4
NEUTRAL_WPM = 168.0
SHORTEST_PAUSE_MS = 40.0
POOL_FROM = 64  # utterances; a worker process takes longer to start than fewer take to make
MOST_WORKERS = 8
MANIFEST = "prosodia.jsonl"
MAKERS = tuple(f"data/prosodia{part}.py" for part in ("", "_rules", "_sentences", "_voice"))
MAKERS += tuple(f"acoustics/{name}.py" for name in ("espeak", "vocoder", "edit_f0"))  # all that decide the bytes


@dataclass(frozen=True)
class Line:
    """One utterance to be made: everything that decides its bytes."""

    split: str
    number: int
    emotion: str
    voice: str
    gender: str
    sentence: int
    seed: int

    @property
    def file(self) -> str:
        """Its file name, without the emotion, which a name should not tell."""
        return f"{self.split}_{self.number:05d}.flac"

    @property
    def speaker(self) -> str:
        """Whose voice it is."""
        return f"prosodia_{self.voice}"


@corpora.offer("prosodia")
class Prosodia(Corpus):
    """Nine emotions by prosodic rule in synthetic voices; test voices and sentences are held out."""

    name = "prosodia"
    emotions = EMOTIONS
    licence = (
        "text and rules: Apache-2.0, as this project; speech: output of eSpeak NG, on which its licence lays no claim"
    )

    def __init__(self, train: int = 450, test: int = 135, seed: int = 17) -> None:
        for side, count in (("train", train), ("test", test)):
            if count < len(EMOTIONS):
                raise ZooError(
                    f"prosodia needs at least one {side} utterance an emotion ({len(EMOTIONS)}), not {count}"
                )
        self.split_id = f"prosodia:train={train},test={test},seed={seed}"
        self._asked = train, test, seed

    @cached_property
    def _sides(self) -> tuple[list[Utterance], list[Utterance]]:
        """Utterances to train and to test on, spoken when they are first asked for."""
        rows = read_manifest(_made(*self._asked) / MANIFEST)
        train, test = ([u for u in rows if u.audio_path.name.startswith(side)] for side in ("train_", "test_"))
        refuse_shared_speakers(self.split_id, train, test)
        return train, test

    def train(self) -> list[Utterance]:
        """Utterances of twelve voices."""
        return list(self._sides[0])

    def heard(self) -> set[tuple[str, str]]:
        """The training voices, which follow from the plan: nothing is spoken to know them."""
        train, _, seed = self._asked
        return {(self.name, line.speaker) for line in plan("train", train, seed)}

    def test(self) -> list[Utterance]:
        """Utterances of six other voices, saying other sentences."""
        return list(self._sides[1])


def plan(split: str, count: int, seed: int) -> list[Line]:
    """The utterances of a split: group after group of one sentence in one voice, genders in turn."""
    dice = Random(f"prosodia {seed} {split}")
    order = list(range(len(SENTENCES)))
    Random(f"prosodia {seed}").shuffle(order)
    order = order[:TEST_SENTENCES] if split == "test" else order[TEST_SENTENCES:]
    pairs = zip(VOICES[split]["female"], VOICES[split]["male"], strict=True)
    voices = [voice for female, male in pairs for voice in ((female, "female"), (male, "male"))]
    lines: list[Line] = []
    while len(lines) < count:
        group = len(lines) // len(EMOTIONS)
        voice, gender = voices[group % len(voices)]
        for emotion in dice.sample(EMOTIONS, len(EMOTIONS)):
            lines.append(Line(split, len(lines), emotion, voice, gender, order[group % len(order)], seed))
    return lines[:count]


def make(job: tuple[Line, Path]) -> dict[str, Any]:
    """Make one utterance in a folder; its row of the manifest, with what was asked for."""
    line, folder = job
    dice = Random(f"prosodia {line.seed} {line.split} {line.number}")
    asked, text = draw(line.emotion, dice), SENTENCES[line.sentence]
    pauses_ms: dict[int, int] = {}
    if asked.pauses_ms >= SHORTEST_PAUSE_MS:
        gap = dice.randrange(1, len(text.split()) - 1)
        pauses_ms[gap] = round(asked.pauses_ms)
    reading, rate_hz = speak(text, line.voice, NEUTRAL_WPM / asked.durations, pauses_ms)
    samples = bend(reading, rate_hz, asked, np.random.default_rng(dice.getrandbits(64)))
    soundfile.write(folder / line.file, samples.astype(np.float32), SAMPLE_RATE_HZ, subtype="PCM_16")
    return {
        "audio_path": line.file,
        "dataset": "prosodia",
        "speaker": line.speaker,
        "gender": line.gender,
        "emotion": line.emotion,
        "transcription": text,
        "sentence": f"prosodia_{line.sentence:03d}",
        "language": "en",
        "asked": {**asdict(asked), "pauses_ms": pauses_ms},
    }


def _made(train: int, test: int, seed: int) -> Path:
    """The corpus's folder in the cache, made if it is not there."""
    room = cache_folder("prosodia")
    sources = b"".join((ZOO / maker).read_bytes() for maker in MAKERS)
    folder = room / sha256(f"{train} {test} {seed} ".encode() + sources).hexdigest()[:16]
    if (folder / MANIFEST).exists():
        return folder
    making = Path(tempfile.mkdtemp(prefix="making-", dir=room))
    try:
        lines = [*plan("train", train, seed), *plan("test", test, seed)]
        rows = _make_all([(line, making) for line in lines])
        (making / MANIFEST).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        making.rename(folder)
    except OSError as error:
        if not (folder / MANIFEST).exists():  # else another process was first, with the same bytes
            raise ZooError(f"prosodia cannot be written to {room} ({error}); set ZOO_CACHE to another folder") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def _make_all(jobs: list[tuple[Line, Path]]) -> Iterator[dict[str, Any]]:
    """Make utterances in order, in worker processes where they are many."""
    bar = Console(stderr=True)
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    if workers < 2 or len(jobs) < POOL_FROM:
        yield from track(map(make, jobs), "making prosodia", len(jobs), console=bar, transient=True)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from track(pool.map(make, jobs, chunksize=8), "making prosodia", len(jobs), console=bar, transient=True)
