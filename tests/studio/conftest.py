"""The demo page as a process of its own, and a recording to give it."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zoo.core.places import PROJECT

START_S = 180


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The page of the shipped checkpoint."""
    pytest.importorskip("gradio", reason="the demo page needs gradio: pip install '.[demo]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("demo") / "log"
    words = ["-m", "zoo.demo", "emotionthinker_prosody_qwen", "--corpus", "ravdess", "--port", str(port)]
    with log.open("w") as file:
        server = subprocess.Popen([sys.executable, *words], stderr=file, stdout=file, cwd=PROJECT, env=os.environ)
    until = time.monotonic() + START_S
    while not (found := re.search(r"open (http://\S+)", log.read_text())):
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)
    yield found[1]
    server.terminate()
    assert server.wait(30) == 0
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def clip():
    """An angry actor whom no shipped checkpoint has heard."""
    root = Path(os.environ.get("ZOO_RAVDESS") or PROJECT.parent / "shared" / "data" / "ravdess")
    found = sorted(root.glob("**/03-01-05-02-01-01-02.*"))
    if not found:
        pytest.skip(f"RAVDESS is not at {root}; set ZOO_RAVDESS to its folder")
    return found[0]
