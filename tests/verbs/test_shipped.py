"""What is shipped works as the README says: the demo recipes, cut short, and the checkpoints on a real file."""

import os
import re
from pathlib import Path

import pytest
import yaml

from zoo.core.checkpoint import read_checkpoint
from zoo.core.places import PROJECT
from zoo.evaluate import recipe_for

CHECKPOINTS = sorted(path.parent for path in (PROJECT / "checkpoints").glob("*/card.yaml"))
MADE_HERE = [path for path in CHECKPOINTS if "published_by" not in (path / "card.yaml").read_text(encoding="utf-8")]
SPEAKING = [path for path in MADE_HERE if path.name.startswith("emotionthinker_")]
RAVDESS = Path(os.environ.get("ZOO_RAVDESS") or PROJECT.parent / "shared" / "data" / "ravdess")


@pytest.fixture(scope="module", params=["emotionthinker_qwen", "emotionthinker_llama"])
def short(request, place):
    """A demo recipe cut to two steps and 27 utterances."""
    recipe = PROJECT / "recipes" / f"{request.param}.yaml"
    return place.json(
        "zoo.fit",
        recipe,
        "trainer.max_steps=2",
        "data.train=45",
        "data.test=27",
        "stage.group_size=4",
        "trainer.accelerator=cpu",
    )


def test_a_demo_recipe_trains_either_backbone_from_its_base(short):
    assert short["steps"] == 2
    assert short["before"]["n"] == short["after"]["n"] == 27
    assert short["before"]["format"] > 0.9
    assert short["before"]["accuracy"] > 3 / 9, "three times chance: the base hears"


@pytest.mark.parametrize("folder", MADE_HERE, ids=lambda path: path.name)
def test_a_card_says_data_licence_split_figures_and_cost(folder):
    card = yaml.safe_load((folder / "card.yaml").read_text(encoding="utf-8"))
    assert {"trained_on", "data_licence", "split", "speakers_in_both", "held_out", "cost", "seed"} <= card.keys()
    assert card["held_out"]["after"]["n"] > 0
    assert "CC BY-NC-SA 4.0" in card["data_licence"]
    assert card["speakers_in_both"] == 0


def test_the_shipped_checkpoints_are_small():
    total = sum(path.stat().st_size for path in (PROJECT / "checkpoints").rglob("*") if path.is_file())
    assert total < 60e6


@pytest.mark.parametrize("folder", SPEAKING, ids=lambda path: path.name)
def test_most_claims_about_held_out_actors_agree_with_the_signal(folder, place):
    if not RAVDESS.is_dir():
        pytest.skip(f"RAVDESS is not at {RAVDESS}; set ZOO_RAVDESS to its folder")
    wavs = sorted(RAVDESS.glob("**/03-01-0[35]-02-01-01-0[1-4].*"))  # actors 1 to 4, happy and angry, strong
    assert wavs
    found = place.json("zoo.explain", folder, *wavs, "--corpus", "ravdess")
    claims = [claim for row in found["files"] for claim in row["claims"] if claim["supported"] is not None]
    assert len(claims) > len(wavs)
    assert sum(claim["supported"] for claim in claims) > 0.5 * len(claims)
    assert all(row["emotion"] in read_checkpoint(folder).knowledge["emotions"]["ravdess"] for row in found["files"])


def test_the_readmes_commands_are_right():
    """Every verb and file that the README names is there, and its example of a mistake is what is said."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    lines = text.split("\n")
    assert any("make fit" in line for line in lines[:15]), "the first command stands by line 15"
    for verb in set(re.findall(r"python -m zoo\.(\w+)", text)):
        assert (PROJECT / "zoo" / f"{verb}.py").is_file(), verb
    for path in set(re.findall(r"(?:recipes|docs|checkpoints)/[\w./-]+", text)):
        assert (PROJECT / path.rstrip(".")).exists(), path
    assert "@@" not in text


def test_an_evaluation_makes_no_further_voices_of_training_recordings():
    checkpoint = read_checkpoint("emotionthinker_qwen_nano")
    assert checkpoint.recipe["data"]["voices"]
    assert recipe_for(checkpoint, ["data.name=prosodia"]).section("data")["voices"] == []
