"""A checkpoint trained for two steps over a corpus of tones, made once by the verb itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import write_corpus

ROOT = Path(__file__).resolve().parents[2]
RECIPE = """\
# Tones.
seed: 3
encoder: {{name: whisper-test, frozen: true}}
prosody: {{name: frame-cues, tokens: true, hidden: 16}}
adapter: {{name: conv-mlp, stride: 4, hidden: 32}}
backbone: {{name: qwen3-test}}
stage: {{name: sft, max_new_tokens: 12}}
data: {{name: manifest, path: {path}, test_speakers: [s0], utterances_per_step: 2}}
trainer: {{max_steps: 2, lr: 1.0e-3, accelerator: cpu, devices: 1, save_every_steps: 1}}
"""


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = write_corpus(folder)
        self.recipe = folder / "tones.yaml"
        self.recipe.write_text(RECIPE.format(path=self.manifest), encoding="utf-8")

    @property
    def env(self):
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(self, *words):
        return subprocess.run(
            [sys.executable, "-m", *map(str, words)],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=480,
        )

    def json(self, *words):
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().split("\n")[-1])


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("verbs"))


@pytest.fixture(scope="session")
def fitted(place):
    return place.json("zoo.fit", place.recipe)
