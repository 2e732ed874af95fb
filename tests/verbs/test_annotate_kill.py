"""A kill at any moment loses at most the utterances in hand: a real process, SIGKILL, and the same bytes at the end."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.corpus import write_corpus

ROOT = Path(__file__).resolve().parents[2]
KILLS = 4


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("kill"), speakers=12, each=6)


def start(manifest, out, *more):
    words = [sys.executable, "-m", "zoo.annotate", manifest, manifest.parent / out, "--workers", "2", *more]
    return subprocess.Popen(
        [str(word) for word in words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def whole_lines(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_run_killed_again_and_again_ends_as_one_that_never_was(manifest):
    measures, rng = manifest.parent / "killed.measures.jsonl", random.Random(4)
    for kill in range(KILLS):
        run = start(manifest, "killed.jsonl")
        before, deadline = whole_lines(measures), time.monotonic() + 60
        while whole_lines(measures) < min(before + 1 + 2 * kill, 70) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.1)
        run.kill()
        run.communicate()
        assert whole_lines(measures) > before
        if kill == 2:  # what a kill in the middle of a write leaves
            with measures.open("ab") as file:
                file.write(b'{"key": "torn')
    out, errors = start(manifest, "killed.jsonl", "--reason", "offline", "--json").communicate(timeout=60)
    result = json.loads(out.strip().split("\n")[-1])
    assert result["annotated"] == 72, errors
    keys = [json.loads(line)["key"] for line in measures.read_text().splitlines()]
    assert len(keys) == len(set(keys)) == 72, "nothing that was written down is measured twice"
    assert result["measured"] < 72
    run = start(manifest, "whole.jsonl", "--reason", "offline")
    assert run.wait(timeout=60) == 0
    for ending in ("jsonl", "thresholds.json", "errors.jsonl"):
        killed, whole = (manifest.parent / f"{name}.{ending}" for name in ("killed", "whole"))
        assert killed.read_bytes() == whole.read_bytes()
    assert not list(manifest.parent.glob("*.part"))


def test_exit_codes_and_messages(manifest):
    bad = manifest.parent / "bad.jsonl"
    bad.write_text("no json\n")
    run = start(bad, "bad.out.jsonl")
    out, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    assert "could be annotated" in errors
    assert "Traceback" not in errors
    bad.write_text('no json\n{"audio_path": "s0_0.wav"}\n')
    run = start(bad, "bad.out.jsonl")
    out, errors = run.communicate(timeout=60)
    assert run.returncode == 0
    assert out == ""
    assert "1 annotated (1 measured now), 1 failed" in errors
