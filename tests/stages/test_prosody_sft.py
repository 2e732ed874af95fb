"""Prosody SFT at `*-test` size on a few spoken sentences: it learns from answers alone, resumes, and is tested."""

import math

import pytest
import torch

from zoo.core.check import check
from zoo.core.errors import ZooError
from zoo.core.places import PROJECT
from zoo.core.recipe import complete, load_recipe
from zoo.core.sections import Trainer
from zoo.data.lesson import read_lessons
from zoo.models.likelihood import likelihood
from zoo.stages.compose import compose
from zoo.stages.run import trainer_for

RECIPE = PROJECT / "recipes" / "emotionthinker_prosody_qwen.yaml"
SMALL = (
    "start_from=null",
    "encoder={name: whisper-test}",
    "encoder.layers=null",
    "encoder.weights=null",
    "prosody.hidden=16",
    "adapter.hidden=32",
    "backbone.name=qwen3-test",
    "data={name: prosodia, train: 45, test: 9, workers: 0, utterances_per_step: 4}",
    "stage.max_new_tokens=8",
    "stage.tasks.comparison={weight: 1.0, utterances: 4}",
    "trainer={max_steps: 2, warmup_steps: 1, accelerator: cpu, devices: 1, save_every_steps: 2}",
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Made once for all tests here: sentences, stressed words and versions."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def build(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)

    def build(*overrides):
        recipe = load_recipe(RECIPE, [*SMALL, *overrides])
        check(recipe)
        complete(recipe)
        settings = Trainer(**recipe.section("trainer"))
        return (settings, *compose(recipe, settings))

    return build


def fitted(build, folder, *overrides, resume=None):
    settings, data, stage = build(*overrides)
    logged = []
    original = stage.log
    stage.log = lambda name, value, **o: (
        logged.append((name, float(torch.as_tensor(value).detach()))),
        original(name, value, **o),
    )
    trainer_for(folder, settings).fit(stage, data, ckpt_path=resume, weights_only=True)
    return stage, data, logged


def test_the_recipe_trains_two_steps_on_all_four_tasks(build, tmp_path):
    stage, data, logged = fitted(build, tmp_path)
    epoch = [lesson for batch in stage.curriculum.epoch(0) for lesson in batch]
    assert {lesson.task for lesson in epoch} == {"stress", "attributes", "comparison", "cold-start"}
    assert not {lesson.utterance.speaker for lesson in epoch} & {u.speaker for u in data.test_utterances}
    assert [name for name, _ in logged].count("loss") == 2
    assert all(math.isfinite(value) for _, value in logged)
    assert all(0 <= value < 0.1 for name, value in logged if name == "padding")


def test_lengths_are_those_of_the_batch_and_padding_is_under_a_tenth(build):
    _, data, stage = build("data.utterances_per_step=16")
    data.train_dataloader()
    epoch = stage.curriculum.epoch(0)
    lesson = epoch[0][0]
    heard = stage.model.listen(read_lessons([lesson]).waves)
    prompted = stage.model.splice(heard, [stage.turns.around(lesson)])
    cue_tokens = len(stage.model.prosody(heard.frames, heard.mask))
    assert abs(prompted.embeds.shape[1] - cue_tokens - stage.turns.length(lesson)[0]) <= 3
    places = data_tokens = 0
    groups = [batch[start : start + 4] for batch in epoch for start in range(0, 16, 4)]
    for batch in groups:
        lengths = [stage.turns.length(one) for one in batch]
        places += len(batch) * (max(p for p, _ in lengths) + max(a for _, a in lengths))
        data_tokens += sum(p + a for p, a in lengths)
    assert 1 - data_tokens / places < 0.1


def test_the_loss_is_on_the_answer_alone(build):
    _, data, stage = build("stage.cue_loss=0.0", "trainer.max_steps=1")
    stage.log = lambda *a, **k: None
    batch = next(iter(data.train_dataloader()))
    stage.eval()
    loss = stage.training_step(batch, 0)
    total = count = 0
    for lesson, wave in zip(batch.lessons, batch.waves, strict=True):
        prompted = stage.model.splice(stage.model.listen([wave]), [stage.turns.around(lesson)])
        ids = torch.tensor([stage.turns.reply(lesson)])
        total += likelihood(stage.model.backbone, prompted, ids, torch.ones_like(ids, dtype=torch.bool)).log_probs.sum()
        count += ids.numel()
        assert stage.model.backbone.tokenizer.decode(ids[0, :-1]) == lesson.reply
    assert float(loss.detach()) == pytest.approx(-float(total.detach()) / count, rel=1e-4)


def test_a_resumed_run_equals_one_that_never_stopped(build, tmp_path):
    steady = ("trainer.decay=constant", "trainer.save_every_steps=2")
    whole, _, _ = fitted(build, tmp_path / "whole", "trainer.max_steps=4", *steady)
    fitted(build, tmp_path / "part", "trainer.max_steps=2", *steady)
    state = tmp_path / "part" / "resume" / "last.ckpt"
    resumed, _, _ = fitted(build, tmp_path / "part", "trainer.max_steps=4", *steady, resume=state)
    for (name, one), other in zip(whole.named_parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other), name


def test_parts_are_frozen_or_have_a_rate_of_their_own(build):
    _, _, stage = build("encoder.frozen=true", "adapter.lr=2e-4")
    stage._trainer = type("T", (), {"precision": "32-true"})()
    groups = {g["name"]: g for g in stage.configure_optimizers()["optimizer"].param_groups}
    assert "encoder" not in groups
    assert groups["adapter"]["initial_lr"] == 2e-4
    assert groups["backbone"]["initial_lr"] == 1e-3


def test_several_tasks_meet_in_a_step_and_its_groups_do_not_change_the_loss(build):
    _, data, stage = build("data.utterances_per_step=16", "trainer.max_steps=3")
    stage.log = lambda *a, **k: None
    batches = list(data.train_dataloader())
    assert all(len({lesson.task for lesson in batch.lessons}) > 1 for batch in batches)
    stage.eval()
    loss = stage.training_step(batches[0], 0)
    stage.groups_a_step = 1
    assert float(stage.training_step(batches[0], 0).detach()) == pytest.approx(float(loss.detach()), rel=1e-4)


def test_frames_are_hidden_from_the_lessons_of_a_task_that_says_so(build, monkeypatch):
    others = [f"stage.tasks.{task}.hide=0" for task in ("stress", "attributes", "comparison")]
    one = ("stage.tasks.cold-start.hide=1.0", *others)
    _, data, stage = build("data.utterances_per_step=16", *one, "trainer.max_steps=9")
    rows, listen = [], stage.model.listen
    monkeypatch.setattr(stage.model, "listen", lambda *given: (rows.append(given[2]), listen(*given))[1])
    stage.report = lambda *_, **__: None
    batch = next(b for b in data.train_dataloader() if any(lesson.task == "cold-start" for lesson in b.lessons))
    stage.training_step(batch, 0)
    cold = [lesson.task == "cold-start" for lesson in batch.lessons]
    assert 0 < sum(cold) < len(cold)
    size = len(cold) // len(rows)  # of a group
    assert [hides for row in rows for hides in ([False] * size if row is None else row.tolist())] == cold


def test_a_task_of_weight_0_is_left_out(build):
    _, data, stage = build("stage.tasks.stress=0", "stage.tasks.comparison.weight=0")
    data.train_dataloader()
    assert {one.task for batch in stage.curriculum.epoch(0) for one in batch} == {"attributes", "cold-start"}


def test_versions_of_an_utterance_have_no_labels_for_the_prosody_head(build):
    _, data, stage = build("stage.tasks.stress=0", "stage.tasks.attributes=0", "stage.tasks.cold-start.weight=0")
    stage.log = lambda *a, **k: None
    batch = next(iter(data.train_dataloader()))
    assert {lesson.task for lesson in batch.lessons} == {"comparison"}
    assert stage._cues(stage.model.listen(batch.waves), batch.lessons) == (0.0, 0)


def test_it_works_without_cue_tokens(build, tmp_path):
    _, _, logged = fitted(build, tmp_path, "prosody.tokens=false", "trainer.max_steps=1")
    assert "loss" in dict(logged)


def test_perception_counts_what_the_model_answers(build, monkeypatch):
    settings, data, stage = build("stage={name: prosody-perception, max_new_tokens: 8}")
    told = [(one.cue, one.answer) for u in data.test_utterances for one in stage.perception.questions[u.audio_path]]
    answers = iter([f"<answer>{answer}</answer>" if cue != "energy" else "?" for cue, answer in told])
    monkeypatch.setattr(
        "zoo.models.rollout.Rollout.texts", lambda self, backbone: [next(answers) for _ in range(len(self.ids))]
    )
    trainer_for(None, settings).test(stage, data, verbose=False)
    figures = stage.results()
    assert figures["n"] == len(told) > 9
    assert {cue: row["accuracy"] for cue, row in figures["by_cue"].items()} == {
        cue: float(cue != "energy") for cue in figures["by_cue"]
    }
    assert (figures["split"], figures["speakers_in_both"]) == ("prosodia:train=45,test=9,seed=17", 0)


def test_evaluation_asks_about_emotions_and_about_prosody(build):
    settings, data, stage = build()
    trainer_for(None, settings).test(stage, data, verbose=False)
    figures = stage.results()
    assert figures["n"] == 9
    assert {"accuracy", "uar", "format", "reward"} <= figures.keys()
    assert figures["perception"]["n"] > 9
    settings, data, stage = build("stage.perception=false")
    trainer_for(None, settings).test(stage, data, verbose=False)
    assert "perception" not in stage.results()


def test_a_test_is_not_trained(build, tmp_path):
    settings, data, stage = build("stage={name: prosody-perception}")
    with pytest.raises(ZooError, match=r"is a test: run python -m zoo\.evaluate"):
        trainer_for(tmp_path, settings).fit(stage, data)
