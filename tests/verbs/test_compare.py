"""A comparison as it is typed: killed after its first member, gone on with, and its page read."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
import yaml

RECIPE = """\
seed: 3
encoder: {{name: whisper-test, frozen: true}}
prosody: {{name: frame-cues, tokens: true, hidden: 16}}
adapter: {{name: conv-mlp, stride: 4, hidden: 32}}
backbone: {{name: {backbone}}}
stage: {{name: sft, max_new_tokens: 12}}
data: {{name: prosodia, train: 18, test: 18, utterances_per_step: 2}}
trainer: {{max_steps: 30, lr: 1.0e-3, accelerator: cpu, devices: 1, save_every_steps: 1}}
"""


class Page(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.words, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src", "xlink:href")]
        if tag not in ("meta", "br", "wbr", "rect", "line", "circle", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def here(place):
    folder = place.folder / "compare"
    folder.mkdir()
    for name in ("qwen3", "llama"):
        (folder / f"{name}.yaml").write_text(RECIPE.format(backbone=f"{name}-test"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def words(place, fitted, here):
    checkpoint = place.folder / fitted["checkpoint"]  # it heard tones alone
    return [str(w) for w in (here / "qwen3.yaml", here / "llama.yaml", checkpoint, "--on", "prosodia", "--name", "one")]


@pytest.fixture(scope="module")
def compared(place, here, words):
    """Kill all processes while the second member trains, then give the same command again."""
    command = [sys.executable, "-m", "zoo.compare", *words]
    with (here / "log").open("w") as log:
        run = subprocess.Popen(command, cwd=here, env=place.env, stderr=log, start_new_session=True)
    folder, deadline = here / "runs" / "compare" / "one", time.monotonic() + 180
    while not list(folder.glob("llama.seed3/runs/*/*/resume/last.ckpt")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    first = folder / "qwen3.seed3" / "result.json"
    made = first.stat().st_mtime_ns
    done = subprocess.run([*command, "--json"], cwd=here, env=place.env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert first.stat().st_mtime_ns == made, "a finished member is not done again"
    return folder, done, json.loads(done.stdout.strip().split("\n")[-1])


def test_it_goes_on_where_it_was_killed(compared):
    folder, done, _ = compared
    assert "1 of 3: qwen3.seed3 is finished" in done.stderr
    assert "2 of 3: llama.seed3: resuming" in done.stderr
    assert len(list((folder / "llama.seed3" / "runs" / "llama").iterdir())) == 1, "the same run"
    card = yaml.safe_load(next(folder.glob("llama.seed3/runs/*/*/checkpoint/card.yaml")).read_text())
    assert card["cost"]["steps"] == 30
    assert card["seed"] == 3


def test_every_figure_is_of_the_same_utterances_and_has_its_interval(compared):
    _, _, found = compared
    assert found["n"] == 18
    assert [row["name"] for row in found["members"]][:2] == ["qwen3", "llama"]
    for row in found["members"]:
        figures = row["figures"]
        assert {"accuracy", "uar", "grounded", "true_claims", "parameters", "trained", "test_mb", "speed"} <= set(
            figures
        )
        assert figures["accuracy"]["low"] <= figures["accuracy"]["value"] <= figures["accuracy"]["high"]
    trained = [row["figures"] for row in found["members"][:2]]
    assert all(row["train_s"]["value"] > 0 and row["train_mb"]["value"] > 100 for row in trained)
    assert "train_s" not in found["members"][2]["figures"], "a checkpoint is only evaluated"
    assert trained[0]["trained"]["value"] < trained[0]["parameters"]["value"], "the encoder is frozen"
    assert any("interrupted" in note for note in found["notes"])


def test_the_page_needs_nothing_else_and_states_every_figure_of_the_table(compared):
    folder, _, _ = compared
    text = (folder / "comparison.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not page.open
    assert not page.links
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert not re.search(r"https?://|@import|url\(", text)
    assert "svg" in page.tags
    told = " ".join(page.words)
    for line in (folder / "table.md").read_text(encoding="utf-8").split("\n")[2:]:
        for cell in line.split("|")[2:-1]:
            for part in cell.split(" [", 1):
                assert part.strip().rstrip("]") in told, cell


def test_a_judge_more_asks_again_and_trains_nothing(place, here, words, compared):
    folder, _, before = compared
    rows = (folder / "qwen3.seed3" / "rows.jsonl").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "zoo.compare", *words, "--judge", "grounding", "--json"]
    done = subprocess.run(command, cwd=here, env=place.env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("evaluating on") == 3
    assert "fit.log" not in done.stderr, "nothing is trained"
    found = json.loads(done.stdout.strip().split("\n")[-1])
    assert "--judge grounding" in json.loads((folder / "comparison.json").read_text())["command"]
    for row, earlier in zip(found["members"], before["members"], strict=True):
        figures = row["figures"]
        assert figures["accuracy"] == earlier["figures"]["accuracy"]
        assert {"value", "low", "high", "each"} == set(figures["grounded"])
        if "judge grounding" in figures:  # it marks traces; a model that writes none has no mark, and is grounded at 0
            assert figures["judge grounding"]["value"] >= figures["grounded"]["value"] - 1e-9
    assert (folder / "qwen3.seed3" / "rows.jsonl").read_text(encoding="utf-8") != rows
    again = subprocess.run(command, cwd=here, env=place.env, capture_output=True, text=True, timeout=240)
    assert again.stderr.count("is finished") == 3


def test_another_comparison_does_not_take_its_folder(place, here, words, compared):
    again = subprocess.run(
        [sys.executable, "-m", "zoo.compare", *words, "trainer.lr=0.5"],
        cwd=here,
        env=place.env,
        capture_output=True,
        text=True,
    )
    assert again.returncode == 2
    assert again.stderr == (
        "runs/compare/one holds another comparison, or a recipe of it was changed; give another --name\n"
    )
