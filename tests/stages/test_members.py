"""What a comparison takes and what it refuses, before anything is trained."""

import json

import pytest

from zoo.compare import parse
from zoo.core.errors import ZooError
from zoo.models.build import build_model
from zoo.models.save import save_model
from zoo.stages.member_runs import open_folder
from zoo.stages.members import compare

PARTS = """\
encoder: {name: whisper-test}
adapter: {name: conv-mlp, hidden: 32}
backbone: {name: qwen3-test}
"""
SFT = "stage: {name: sft}\n"


@pytest.fixture
def recipe(tmp_path, manifest):
    def write(name, data=None, head=PARTS + SFT):
        path = tmp_path / f"{name}.yaml"
        own = {"name": "manifest", "path": str(manifest), "test_speakers": ["s0"]} if data is None else data
        path.write_text(f"{head}data: {json.dumps(own)}\ntrainer: {{max_steps: 1}}\n", encoding="utf-8")
        return str(path)

    return write


def test_recipes_get_each_seed_and_the_same_test(recipe):
    found = compare([recipe("a"), recipe("b")], "manifest", ["trainer.accelerator=cpu"], [17, 18])
    assert [(m.of, m.seed, m.name) for m in found.members] == [
        ("a", 17, "a.seed17"),
        ("a", 18, "a.seed18"),
        ("b", 17, "b.seed17"),
        ("b", 18, "b.seed18"),
    ]
    assert found.split == "tones:test=s0"
    assert found.evaluation == ("trainer.accelerator=cpu", "data.test_utterances=null")
    assert all("trainer.accelerator=cpu" in m.overrides for m in found.members)


def test_without_seeds_the_first_recipes_own_is_everybodys(recipe):
    one, other = recipe("a", head="seed: 5\n" + PARTS + SFT), recipe("b", head="seed: 6\n" + PARTS + SFT)
    assert [m.seed for m in compare([one, other], "manifest", [], []).members] == [5, 5]


def test_an_option_of_the_corpus_finds_its_place_in_a_mix(recipe, manifest):
    mixed = recipe("mixed", {"name": "mix", "corpora": [{"name": "manifest", "path": str(manifest)}]})
    found = compare([mixed, recipe("plain")], "manifest", ["data.test_speakers=[s1]"], [])
    assert [m.overrides[0] for m in found.members] == ["data.corpora.0.test_speakers=[s1]", "data.test_speakers=[s1]"]
    assert found.data["test_speakers"] == ["s1"]
    assert {m.trained_on for m in found.members} == {"tones:test=s1"}


def test_a_changed_recipe_is_another_comparison(recipe):
    first = compare([recipe("a"), recipe("b")], "manifest", [], [])
    assert first.digest == compare([recipe("a"), recipe("b")], "manifest", [], []).digest
    changed = compare([recipe("a"), recipe("b", head=PARTS + "stage: {name: sft, style: long}\n")], "manifest", [], [])
    assert changed.digest != first.digest


def test_a_member_that_heard_the_test_is_refused(recipe, manifest):
    other = recipe("b", {"name": "manifest", "path": str(manifest), "test_speakers": ["s1"]})
    with pytest.raises(
        ZooError, match=r"b.yaml cannot be compared on tones:test=s0: its training, tones:test=s1, has heard 1 of the 1"
    ):
        compare([recipe("a"), other], "manifest", [], [])


def test_so_is_one_whose_base_heard_it(recipe, manifest, tmp_path):
    sections = {"encoder": {"name": "whisper-test"}, "adapter": {"name": "conv-mlp", "hidden": 32}}
    sections |= {"backbone": {"name": "qwen3-test"}, "stage": {"name": "sft"}}
    data = {"name": "manifest", "path": str(manifest), "test_speakers": ["s1"]}
    base = save_model(build_model(sections), tmp_path / "base", {**sections, "data": data}, {"split": "tones:test=s1"})
    later = recipe("later", head=f"start_from: {base}\n{PARTS}{SFT}")
    with pytest.raises(ZooError, match=r"later.yaml cannot be compared on tones:test=s0"):
        compare([recipe("a"), later], "manifest", [], [])
    with pytest.raises(ZooError, match="base cannot be compared on tones:test=s0"):
        compare([recipe("a"), str(base)], "manifest", [], [])


@pytest.mark.parametrize(
    ("sources", "on", "says"),
    [
        (["a", "nowhere"], "manifest", "nowhere is neither a recipe's file"),
        (["a", "nowhere.yaml"], "manifest", "nowhere.yaml: there is no such recipe"),
        (["a"], "manifest", "one recipe or checkpoint has nothing to be compared with"),
        (["a", "b"], "manifst", 'there is no corpus "manifst" to compare on; did you mean "manifest"?'),
        (["a", "b"], "ravdess", r"corpus ravdess needs root; write data.root=..."),
        (["a", "ear"], "manifest", "ear.yaml is of stage encoder, whose model names no emotions"),
    ],
)
def test_refusals(recipe, sources, on, says):
    made = {"a": recipe("a"), "b": recipe("b"), "ear": recipe("ear", head=PARTS + "stage: {name: encoder}\n")}
    with pytest.raises(ZooError, match=says):
        compare([made.get(source, source) for source in sources], on, [], [])


def test_a_mistake_in_an_override_is_told_before_anything_runs(recipe):
    with pytest.raises(ZooError, match='there is no backbone "lama-test"; did you mean "llama-test"'):
        compare([recipe("a"), recipe("b")], "manifest", ["backbone.name=lama-test"], [])


def test_seeds_end_where_overrides_begin():
    options = parse(["a.yaml", "b.yaml", "--on", "prosodia", "--seeds", "17", "18", "data.train=36"])
    assert (options.seeds, options.members) == ([17, 18], ["a.yaml", "b.yaml", "data.train=36"])
    with pytest.raises(ZooError, match="is no folder's name"):
        parse(["a.yaml", "b.yaml", "--on", "prosodia", "--name", "../x"])


def test_seeds_and_members_may_be_added_to_a_comparison_and_nothing_else_changed(recipe, tmp_path):
    a, b, c = recipe("a"), recipe("b"), recipe("c")
    first = compare([a, b], "manifest", [], [17])
    open_folder(tmp_path / "one", first)
    grown = compare([a, b, c], "manifest", [], [17, 18], ["grounding"])
    assert grown.evaluation == (*first.evaluation, "--judge", "grounding")
    open_folder(tmp_path / "one", grown)
    open_folder(tmp_path / "one", grown)
    for other in (first, compare([a, b, c], "manifest", ["trainer.max_steps=2"], [17, 18])):
        with pytest.raises(ZooError, match="holds another comparison"):
            open_folder(tmp_path / "one", other)


def test_a_judge_that_trained_a_member_is_refused_before_anything_is_trained(recipe):
    head = PARTS + "stage: {name: grpo-ptr}\nrewards: {outcome: {}, reasoning: {}}\n"
    policy = recipe("policy", head=head)
    compare([policy, recipe("b")], "manifest", [], [17])
    with pytest.raises(ZooError, match="judge grounding trained this model"):
        compare([policy, recipe("b")], "manifest", [], [17], ["grounding"])
