"""Recipes: extends, overrides, and every mistake told with its line and the nearest right name."""

import pytest

from zoo.core.check import check
from zoo.core.errors import ZooError
from zoo.core.recipe import complete, load_recipe

GOOD = """\
seed: 17
encoder: {name: whisper-test, frozen: true}
prosody: {name: frame-cues, tokens: true}
adapter: {name: conv-mlp, stride: 4}
backbone:
  name: qwen3-test
  lora: {rank: 4}
stage: {name: grpo-ptr, group_size: 4}
rewards:
  format: {weight: 0.3}
  reasoning: {judge: grounding, schedule: {name: progressive, accuracy: 0.5}}
data: {name: prosodia, utterances_per_step: 2}
trainer: {max_steps: 3, lr: 1.0e-6}
"""


@pytest.fixture
def write(tmp_path):
    def write(text=GOOD, name="a.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(path, *overrides):
    with pytest.raises(ZooError) as error:
        check(load_recipe(path, overrides))
    return str(error.value).split("\n")


def test_a_right_recipe_passes_and_is_completed_with_every_default(write):
    recipe = load_recipe(write())
    check(recipe)
    complete(recipe)
    assert recipe.section("adapter") == {"name": "conv-mlp", "stride": 4, "hidden": 2048}
    assert recipe.section("trainer")["lr"] == 1e-6
    assert recipe.section("stage")["kl"] == 0.04


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("whisper-test", "wisper-test", 2, 'there is no encoder "wisper-test"; did you mean "whisper-test"?'),
        ("stride: 4", "strides: 4", 4, 'adapter conv-mlp has no option "strides"; did you mean "stride"?'),
        ("stride: 4", "stride: four", 4, "stride is a whole number, not 'four'"),
        ("stride: 4", "stride: true", 4, "stride is a whole number, not True"),
        ("rank: 4", "rnk: 4", 7, 'backbone.lora has no option "rnk"; did you mean "rank"?'),
        ("grpo-ptr", "grpo", 8, 'there is no stage "grpo"; did you mean "grpo-ptr"?'),
        ("format:", "formal:", 10, 'there is no reward "formal"; did you mean "format"?'),
        ("judge: grounding", "judge: grunding", 11, 'there is no judge "grunding"; did you mean "grounding"?'),
        ("progressive", "progresive", 11, 'there is no schedule "progresive"; did you mean "progressive"?'),
        ("accuracy: 0.5", "accuracies: 0.5", 11, 'schedule progressive has no option "accuracies"'),
        ("name: prosodia", "name: ravdes", 12, 'there is no corpus "ravdes"; did you mean "ravdess"?'),
        ("trainer:", "trainr:", 13, 'there is no section "trainr"; did you mean "trainer"?'),
        ("lr: 1.0e-6", "lr: fast", 13, "lr is a number, not 'fast'"),
        ("seed: 17", "seed: seventeen", 1, "seed is a whole number, not 'seventeen'"),
        ("seed: 17", "start_from: checkpoints/none", 1, "checkpoint checkpoints/none is not there"),
    ],
)
def test_each_mistake_is_told_with_its_line(write, old, new, line, says):
    path = write(GOOD.replace(old, new, 1))
    found = problems(path)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:{line}: {says}")


def test_every_mistake_is_told_at_once(write):
    text = GOOD.replace("whisper-test", "wisper-test").replace("stride", "strid")
    assert len(problems(write(text), "data.name=prosodi", "nonsense.x=1")) == 4


def test_a_mistake_in_an_override_names_the_override(write):
    found = problems(write(), "encoder.name=wisper-base")
    assert found == [
        'override encoder.name=wisper-base: there is no encoder "wisper-base"; did you mean "whisper-base"?'
    ]


def test_a_missing_section_is_told_with_what_needs_it(write):
    text = "\n".join(line for line in GOOD.split("\n") if not line.startswith("adapter"))
    assert problems(write(text))[0].endswith('the section "adapter" is missing; stage grpo-ptr needs it')


def test_a_needed_option_is_asked_for(write):
    assert "corpus ravdess needs root, text" in problems(write(), "data.name=ravdess")[0]


def test_only_an_encoder_is_kept(write):
    check(load_recipe(write(), ["encoder.keep=true"]))
    assert problems(write(), "adapter.keep=true") == [
        "override adapter.keep=true: only an encoder's published weights are kept in a checkpoint"
    ]


@pytest.mark.parametrize("override", ["encoder", "=3", "encoder.name"])
def test_an_override_without_a_value_is_refused(write, override):
    with pytest.raises(ZooError, match=r"is not of the form section.key=value"):
        load_recipe(write(), [override])


def test_extends_merges_and_keeps_the_parents_lines(write):
    parent = write()
    child = write("extends: a.yaml\nbackbone: {name: llama-test}\ntrainer: {max_steps: x}\n", "b.yaml")
    recipe = load_recipe(child)
    assert recipe.config.backbone == {"name": "llama-test", "lora": {"rank": 4}}
    assert recipe.origin("adapter.stride") == f"{parent}:4"
    assert problems(child)[0].startswith(f"{child}:3: max_steps is a whole number")


def test_a_change_of_name_leaves_behind_what_the_new_part_does_not_know(write):
    recipe = load_recipe(write(), ["adapter.name=linear"])
    assert recipe.config.adapter == {"name": "linear"}
    assert recipe.notes == ["adapter.stride belongs to conv-mlp and is left out for linear"]
    check(recipe)


ANNEALED = {"name": "annealed", "steps": 9}


def test_another_schedule_leaves_behind_the_options_of_the_one_before(write):
    write()
    change = "extends: a.yaml\nrewards: {reasoning: {schedule: {name: annealed, steps: 9}}}\n"
    for recipe in (
        load_recipe(write(change, "b.yaml")),
        load_recipe(write(), ["rewards.reasoning.schedule={name: annealed, steps: 9}"]),
    ):
        assert recipe.config.rewards.reasoning == {"judge": "grounding", "schedule": ANNEALED}
        check(recipe)
    same = load_recipe(write(), ["rewards.reasoning.schedule={name: progressive, window: 3}"])
    assert same.config.rewards.reasoning.schedule == {"name": "progressive", "accuracy": 0.5, "window": 3}


def test_a_reward_may_be_left_out(write):
    write()
    recipe = load_recipe(write("extends: a.yaml\nrewards: {reasoning: null}\n", "b.yaml"))
    check(recipe)
    assert recipe.section("rewards") == {"format": {"weight": 0.3}, "reasoning": None}


def test_overrides_reach_into_lists(write):
    text = GOOD.replace("{name: prosodia, utterances_per_step: 2}", "{name: mix, corpora: [{name: prosodia}]}")
    assert load_recipe(write(text), ["data.corpora.0.train=9"]).config.data.corpora[0].train == 9
    assert "override data.corpora.0.trane=9" in problems(write(text), "data.corpora.0.trane=9")[0]


def test_a_recipe_that_extends_itself_is_refused(write):
    write("extends: b.yaml\n")
    with pytest.raises(ZooError, match="extends itself"):
        load_recipe(write("extends: a.yaml\n", "b.yaml"))


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "- 1", "", "a: &x [*x]"])
def test_what_is_no_recipe_is_refused_with_its_file(write, text):
    path = write(text)
    with pytest.raises(ZooError, match=str(path)):
        check(load_recipe(path))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ZooError, match="there is no such recipe"):
        load_recipe(tmp_path / "none.yaml")
