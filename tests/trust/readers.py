"""The zoo's readers of what strangers may send, each as a function of bytes, and one that is good for each."""

import io
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

from zoo.acoustics.wave import read_wave
from zoo.core.check import check
from zoo.core.recipe import complete, load_recipe
from zoo.data.manifest import Manifest
from zoo.models.build import build_model
from zoo.models.load import load_model
from zoo.models.save import save_model
from zoo.text.trace import parse

RECIPE = b"""# A recipe.
seed: 3
encoder: {name: whisper-test, frozen: true}
adapter: {name: conv-mlp, stride: 4, hidden: 32}
backbone: {name: qwen3-test, lora: {rank: 4}}
stage: {name: sft, max_new_tokens: 12}
data: {name: prosodia, train: 9, test: 9}
trainer: {max_steps: 2, lr: 1.0e-3}
"""
PARTS = {
    "encoder": {"name": "whisper-test"},
    "adapter": {"name": "conv-mlp", "hidden": 32},
    "backbone": {"name": "qwen3-test"},
    "stage": {"name": "sft"},
}
TRACE = b"<think>The pitch is high and the voice is loud.</think><answer>angry</answer>"
ROW = {"audio_path": "a.wav", "speaker": "s0", "emotion": "angry", "transcription": "Dogs sit by the door."}
MANIFEST = b"\n".join(json.dumps({**ROW, "audio_path": f"{i}.wav", "speaker": f"s{i}"}).encode() for i in range(6))


@dataclass(frozen=True)
class Reader:
    """`read` puts bytes where the zoo reads them and has it read; `good` are bytes that it takes."""

    name: str
    read: Callable[[Path, bytes], Any]
    good: bytes


def wav(seconds: float = 0.2) -> bytes:
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(round(16_000 * seconds)) / 16_000)
    file = io.BytesIO()
    soundfile.write(file, tone, 16_000, format="WAV", subtype="PCM_16")
    return file.getvalue()


def recipe(folder: Path, data: bytes) -> None:
    path = folder / "recipe.yaml"
    path.write_bytes(data)
    found = load_recipe(path)
    check(found)
    complete(found)


def trace(folder: Path, data: bytes) -> None:
    parse(data.decode("utf-8", "surrogateescape"))


def wave(folder: Path, data: bytes) -> None:
    path = folder / "wave.wav"
    path.write_bytes(data)
    read_wave(path)


def manifest(folder: Path, data: bytes) -> None:
    path = folder / "rows.jsonl"
    path.write_bytes(data)
    Manifest(str(path))


def good_checkpoint(folder: Path) -> Path:
    torch.manual_seed(0)
    return save_model(build_model(PARTS), folder / "good", PARTS, {"stage": "sft"})


def of_checkpoint(good: Path, name: str) -> Callable[[Path, bytes], None]:
    """A reader of a checkpoint whose file `name` is another."""

    def checkpoint(folder: Path, data: bytes) -> None:
        place = folder / "checkpoint"
        place.mkdir(exist_ok=True)
        for path in good.iterdir():
            mine = place / path.name
            if mine.is_symlink() or mine.is_file():
                mine.unlink()
            if not mine.exists():
                mine.symlink_to(path)
        (place / name).unlink()
        (place / name).write_bytes(data)
        load_model(place)

    return checkpoint


def readers(good: Path) -> dict[str, Reader]:
    """All of them; `good` is a checkpoint's folder."""
    plain = [
        Reader("recipe", recipe, RECIPE),
        Reader("trace", trace, TRACE),
        Reader("wave", wave, wav()),
        Reader("manifest", manifest, MANIFEST),
    ]
    files = [
        Reader(name, of_checkpoint(good, name), (good / name).read_bytes())
        for name in ("model.safetensors", "recipe.yaml", "knowledge.json", "card.yaml")
    ]
    return {reader.name: reader for reader in plain + files}


def safetensors(header: bytes, data: bytes = b"", size: int | None = None) -> bytes:
    """A safetensors file of a header and data, its stated header size the true one or another."""
    return struct.pack("<Q", len(header) if size is None else size) + header + data


def riff(*chunks: tuple[bytes, bytes], size: int | None = None) -> bytes:
    """A RIFF WAVE file of chunks."""
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def form(tag: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16) -> tuple[bytes, bytes]:
    """A WAVE file's format chunk."""
    frame = max(1, channels * bits // 8)
    packed = struct.pack("<HHIIHH", tag, channels & 0xFFFF, rate, (rate * frame) & 0xFFFFFFFF, frame & 0xFFFF, bits)
    return b"fmt ", packed
