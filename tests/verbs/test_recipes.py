"""Every recipe passes its check, says in its first lines how it is run and what it needs, and takes two steps."""

from pathlib import Path

import pytest
import torch

from tests.corpus import write_corpus
from tests.steps import take_two_steps
from zoo.core.check import check
from zoo.core.recipe import Recipe, complete, load_recipe
from zoo.core.registry import Registry, backbones, encoders
from zoo.rewards.format import Format

FOLDER = Path(__file__).resolve().parents[2] / "recipes"
RECIPES = sorted(FOLDER.rglob("*.yaml"))
# Those over omni models have a test of their own, tests/stages/test_omni_recipes.py.
OMNI = ("omni", "qwen2_audio", "voxtral")
JOINED = [path for path in RECIPES if not any(part in path.stem for part in OMNI)]
SMALL = {  # what a stage takes at test size
    "sft": ("stage.max_new_tokens=8",),
    "prosody-sft": ("stage.tasks.stress=0", "stage.tasks.comparison=0", "stage.groups=2"),
    "judge": ("stage.group_size=4",),
    "encoder": (),
    "grpo-ptr": ("stage.group_size=4", "stage.max_new_tokens=6", "stage.skip_flat=false"),
}
QUICK = (
    "start_from=null",
    "trainer.save_whole=true",
    "encoder.weights=null",
    "encoder.layers=null",
    "prosody.hidden=16",
    "trainer.max_steps=2",
    "trainer.lr=1e-2",
    "trainer.warmup_steps=0",
    "trainer.accelerator=cpu",
    "trainer.devices=1",
)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_it_passes_its_check_and_says_how_to_run_it(path):
    recipe = load_recipe(path)
    check(recipe)
    complete(recipe)
    head = path.read_text(encoding="utf-8").split("\n")[:5]
    assert all(line.startswith("#") for line in head[:2])
    assert any(f"python -m zoo.fit recipes/{path.relative_to(FOLDER)}" in line for line in head)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("tones"))


@pytest.mark.parametrize("path", JOINED, ids=lambda path: path.stem)
def test_it_takes_two_steps_at_test_size(path, manifest, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Random weights never find the form; here answers of a group are paid differently, so that something can be learnt.
    monkeypatch.setattr(Format, "score", lambda _, group: torch.arange(len(group.answers)) / 8)
    whole = load_recipe(path)
    data = f"data={{name: manifest, path: {manifest}, test_speakers: [s0], utterances_per_step: 2}}"
    members = [f"{key}.name={name}" for key, name in small_members(whole).items()]
    size = [*QUICK, *SMALL[whole.section("stage")["name"]], *without_unmade_judge(whole)]
    take_two_steps(load_recipe(path, [*members, *size, data]))


def without_unmade_judge(recipe: Recipe) -> list[str]:
    """The grounding check in the place of a judge that another recipe trains and that is not shipped."""
    reasoning = (recipe.section("rewards") or {}).get("reasoning") or {}
    judge = str(reasoning.get("judge", ""))
    unmade = judge.startswith("checkpoints/") and not (FOLDER.parent / judge).exists()
    return ["rewards.reasoning.judge=grounding"] if unmade else []


def small_members(recipe: Recipe) -> dict[str, str]:
    """The random member of test size that stands for a recipe's encoder, and for its backbone if it has one."""
    parts = {"encoder": encoders, "backbone": backbones}
    return {key: small(parts[key], recipe.section(key)["name"]) for key in parts if recipe.section(key)}


def small(registry: Registry, name: str) -> str:
    """Of the same class, and of the nearest name where a class stands for several families."""
    where = (registry.entry(name).module, registry.entry(name).attribute)
    same = [e.name for e in registry.entries.values() if (e.module, e.attribute) == where and e.name.endswith("-test")]
    return max(same, key=lambda member: name.startswith(member.removesuffix("-test")))


def test_the_members_that_stand_in_are_of_the_same_make():
    found = {name: small(encoders, name) for name in ("whisper-base", "wavlm-large", "hubert-base")}
    assert found == {"whisper-base": "whisper-test", "wavlm-large": "wavlm-test", "hubert-base": "hubert-test"}
    assert small(backbones, "gemma-3-1b-it") == "gemma3-test"
