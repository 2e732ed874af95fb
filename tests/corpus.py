"""A small corpus of tones on disk, for tests of stages and verbs: quick to make, and its cues differ."""

import json
from pathlib import Path

import numpy as np
import soundfile

EMOTIONS = ("angry", "sad")
RATE_HZ = 16_000


def write_corpus(folder: Path, speakers: int = 5, each: int = 6) -> Path:
    """Speakers of different heights; "angry" is higher, louder and shorter than "sad". Return the manifest's path."""
    rows = []
    for speaker in range(speakers):
        for i in range(each):
            emotion = EMOTIONS[i % 2]
            height_hz = 110 + 12 * speaker + (60 if emotion == "angry" else 0) + 3 * i
            duration_s = 0.6 if emotion == "angry" else 0.9
            at = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
            wave = sum(np.sin(2 * np.pi * height_hz * k * at) / k for k in range(1, 8))
            wave *= (0.2 if emotion == "angry" else 0.05) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
            name = f"s{speaker}_{i}.wav"
            soundfile.write(folder / name, wave.astype(np.float32), RATE_HZ)
            row = {"audio_path": name, "dataset": "tones", "speaker": f"s{speaker}", "emotion": emotion}
            rows.append({**row, "gender": "female" if speaker % 2 else "male", "transcription": "A tone."})
    manifest = folder / "tones.jsonl"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return manifest
