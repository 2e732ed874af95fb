"""Every recipe over an omni model takes two steps, by the same code, with the model's random member of test size."""

from pathlib import Path

import pytest
import torch

import zoo
from tests.steps import take_two_steps
from zoo.core.recipe import load_recipe
from zoo.rewards.format import Format
from zoo.stages.run import save_checkpoint

FOLDER = Path(__file__).resolve().parents[2] / "recipes"
MEMBERS = {"qwen2.5_omni": "qwen2.5-omni-test", "qwen2_audio": "qwen2-audio-test", "voxtral": "voxtral-test"}
RECIPES = sorted(path for part in MEMBERS for path in FOLDER.glob(f"*{part}*.yaml"))
SMALL = {  # by the beginning of a recipe's name, the first that fits
    "emotionthinker_prosody": ("stage.tasks.stress=0", "stage.tasks.comparison=0", "stage.groups=2"),
    "emotionthinker": ("stage.group_size=4", "stage.max_new_tokens=8", "stage.skip_flat=false"),
    "reasoning_judge": ("stage.group_size=4",),
}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_two_steps(path, manifest, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Random weights never find the form; here they are paid for something that differs from answer to answer.
    monkeypatch.setattr(Format, "score", lambda _, group: torch.tensor([len(a.text) % 5 / 5 for a in group.answers]))
    member = next(member for part, member in MEMBERS.items() if part in path.stem)
    projector = ["adapter.weights=null"] if "weights" in load_recipe(path, []).section("adapter") else []
    recipe = load_recipe(
        path,
        [
            f"encoder.name={member}",
            f"backbone.name={member}",
            *projector,
            *next(small for begins, small in SMALL.items() if path.stem.startswith(begins)),
            f"data={{name: manifest, path: {manifest}, test_speakers: [s0], utterances_per_step: 2}}",
            "trainer.max_steps=2",
            "trainer.lr=1e-2",
            "trainer.warmup_steps=0",
            "trainer.accelerator=cpu",
            "trainer.devices=1",
            "trainer.strategy=auto",
            "trainer.precision=32-true",
        ],
    )
    data, stage = take_two_steps(recipe)
    folder = save_checkpoint(tmp_path, recipe, stage, data, {}, {}, {})
    again = zoo.load(str(folder))
    wave = torch.randn(16_000)
    torch.testing.assert_close(again.frames([wave])[0], stage.model.eval().frames([wave])[0])
