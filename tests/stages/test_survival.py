"""What a run does when something goes wrong: no finite gradient, a full disk, a step that never ends, a policy lost."""

import json
import os
import subprocess
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

from tests.stages.conftest import RECIPE
from tests.verbs.conftest import Place
from zoo.core.errors import ZooError
from zoo.stages.health import EVERY_STEPS, Health
from zoo.stages.run import latest_state, trainer_for
from zoo.stages.saving import SafeIO
from zoo.stages.skipping import MOST_IN_A_ROW

ROOT = Path(__file__).resolve().parents[2]
SFT = ("stage.name=sft", "stage.max_new_tokens=10", "rewards=null", "backbone.lora=null")


def spoil(stage, steps):
    """Give some steps a gradient that is no number, as an overflow does."""

    def spoiled(grad):
        return torch.full_like(grad, torch.nan) if stage.global_step in steps else grad

    next(p for p in stage.model.adapter.parameters() if p.requires_grad).register_hook(spoiled)


def fit(build, run, steps, *overrides):
    """Train with spoiled steps; every step's weights."""
    _, settings, _data, stage = built = build(*SFT, *overrides)
    spoil(stage, steps)
    seen = []
    original = stage.on_train_batch_start

    def before(batch, index):
        seen.append(torch.cat([p.detach().flatten().clone() for p in stage.model.parameters() if p.requires_grad]))
        original(batch, index)

    stage.on_train_batch_start = before
    run.mkdir(exist_ok=True)
    trainer_for(run, settings).fit(stage, built[2])
    return stage, seen


def test_a_step_without_a_finite_gradient_changes_nothing_and_is_written_down(build, tmp_path, capfd):
    stage, weights = fit(build, tmp_path / "run", {2}, "trainer.weight_decay=0.1")
    assert torch.equal(weights[2], weights[3])  # step 2 made none of them move, not even by weight decay
    assert not torch.equal(weights[1], weights[2])
    assert not torch.equal(weights[3], weights[4])
    assert all(torch.isfinite(row).all() for row in weights)
    (line,) = (tmp_path / "run" / "skipped.jsonl").read_text().splitlines()
    row = json.loads(line)
    assert (row["step"], row["rank"], row["gradient_norm"]) == (2, 0, "nan")
    assert all(Path(path).is_file() for part in row["batch"] for path in part["audio_paths"])
    assert "step 2 is left out" in capfd.readouterr().err
    assert stage.card()["skipped_steps"] == 1
    assert torch.load(latest_state(tmp_path / "run"), weights_only=True)["skips"] == {"total": 1, "in_a_row": 0}


def test_ten_such_steps_in_a_row_stop_the_run(build, tmp_path):
    with pytest.raises(ZooError, match=f"{MOST_IN_A_ROW} steps in a row, the last of them 10, .* lower trainer.lr"):
        fit(build, tmp_path / "run", set(range(1, 40)), "trainer.max_steps=40")
    assert len((tmp_path / "run" / "skipped.jsonl").read_text().splitlines()) == MOST_IN_A_ROW


def test_a_state_holds_what_is_trained_and_no_frozen_part(build, tmp_path):
    _, settings, data, stage = build("adapter.hidden=2048", "backbone.lora.rank=8", "trainer.max_steps=1")
    (tmp_path / "run").mkdir()
    trainer_for(tmp_path / "run", settings).fit(stage, data)
    trained = sum(p.numel() for p in stage.parameters() if p.requires_grad)
    needed = 3 * 4 * trained  # float32: the weights and AdamW's two moments
    assert latest_state(tmp_path / "run").stat().st_size < 1.2 * needed
    state = torch.load(latest_state(tmp_path / "run"), weights_only=True)
    assert not any("encoder" in name for name in state["state_dict"])


def test_what_a_kill_left_half_written_is_never_read_and_goes(tmp_path):
    state, half = tmp_path / "last.ckpt", tmp_path / ".last.ckpt.77.half"
    SafeIO().save_checkpoint({"step": 1}, state)
    half.write_bytes(state.read_bytes()[:100])
    assert torch.load(state, weights_only=True) == {"step": 1}
    SafeIO().save_checkpoint({"step": 2}, state)
    assert torch.load(state, weights_only=True) == {"step": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["last.ckpt"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_stops_a_run_in_a_sentence_and_leaves_the_last_state_whole(small_disk, manifest, tmp_path):
    recipe = tmp_path / "tones.yaml"
    recipe.write_text(RECIPE.format(path=manifest), encoding="utf-8")
    words = [sys.executable, "-m", "zoo.fit", recipe, *SFT, "trainer.max_steps=400", "trainer.save_every_steps=1"]
    words += ["trainer.evaluate=false", "adapter.hidden=256"]  # a state is some 600 KB: one fits, and not two
    (small_disk / "filled").write_bytes(bytes(500_000))
    done = subprocess.run(
        words, cwd=small_disk, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 2, done.stderr[-2000:]
    assert "is full; the last state that was written is whole" in done.stderr
    assert "Traceback" not in done.stderr
    (state,) = small_disk.glob("runs/*/*/resume/last.ckpt")
    assert torch.load(state, weights_only=True)["global_step"] >= 1
    assert not list(small_disk.glob("runs/*/*/resume/*.half"))


def test_a_stuck_rank_says_where_it_stands_and_ends():
    code = """
        import time
        from zoo.stages.watchdog import Watchdog
        watchdog = Watchdog(0.5)
        watchdog.on_train_batch_start()
        def waiting_for_a_rank_that_never_comes():
            time.sleep(60)
        waiting_for_a_rank_that_never_comes()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert "waiting_for_a_rank_that_never_comes" in done.stderr


def test_a_collapse_is_said_when_it_begins_and_while_it_lasts(capfd):
    health = Health()
    healthy = {"reward_format": torch.tensor(1.0), "entropy": torch.tensor(0.4), "kl": torch.tensor(0.05)}
    assert health.watch(healthy, 0) == []
    (said,) = health.watch({**healthy, "kl": torch.tensor(3.5)}, 1)
    assert said.startswith("step 1: kl is 3.5, the policy is far from where it started")
    assert said in capfd.readouterr().err
    assert health.watch({**healthy, "kl": torch.tensor(3.6)}, 2) == []  # not in every step
    assert len(health.watch({**healthy, "kl": torch.tensor(3.6)}, 1 + EVERY_STEPS)) == 1
    assert health.watch(healthy, 40) == []
    assert len(health.watch({**healthy, "kl": torch.tensor(3.6)}, 41)) == 1  # it had been well in between
    assert [s.split(" is ")[0] for s in health.watch({"reward_format": 0.02, "entropy": 0.001}, 50)] == [
        "step 50: reward_format",
        "step 50: entropy",
    ]
    assert health.watch({"reward_format": torch.nan}, 99) == []


def test_a_runs_own_recipe_repeats_it_to_the_same_losses(tmp_path):
    """On the same machine with the same threads; what it was made with and of stands beside it."""
    place = Place(tmp_path)
    words = ("trainer.max_steps=4", "seed=21", "trainer.evaluate=false")
    first = Path(place.json("zoo.fit", place.recipe, *words)["checkpoint"]).parent
    again = Path(place.json("zoo.fit", first / "recipe.yaml")["checkpoint"]).parent
    losses = [(place.folder / run / "metrics/version_0/metrics.csv").read_bytes() for run in (first, again)]
    assert losses[0] == losses[1]
    assert losses[0].count(b"\n") == 5
    made, made_again = (json.loads((place.folder / run / "made_with.json").read_text()) for run in (first, again))
    assert made == made_again
    assert made["torch"] == version("torch")
    assert len(set(made["data"].values())) == 2
    assert all(len(digest) == 64 for digest in made["data"].values())
