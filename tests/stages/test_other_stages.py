"""The encoder and prosody-head stages learn, and their figures add up."""

from dataclasses import replace

import pytest
import torch

from zoo.acoustics.cues import LEVELS
from zoo.stages.prosody import cue_classes
from zoo.stages.run import save_checkpoint, trainer_for
from zoo.stages.score import EmotionScore

ENCODER = (
    "stage={name: encoder, dropout: 0.0}",
    "encoder.frozen=false",
    "rewards=null",
    "adapter=null",
    "backbone=null",
)


def fitted(build, tmp_path, *overrides):
    _, settings, data, stage = build(*overrides)
    trainer = trainer_for(tmp_path, settings)
    trainer.fit(stage, data)
    trainer.test(stage, data, verbose=False)
    return stage.results()


def test_an_encoder_learns_to_tell_two_kinds_of_tone(build, tmp_path):
    results = fitted(build, tmp_path, *ENCODER, "trainer.max_steps=120", "trainer.lr=1e-2")
    assert results["n"] == 6
    assert results["accuracy"] == 1.0


@pytest.mark.parametrize("enrolment", [(), ("enrolment={name: speaker-mean, clips: 2}",)], ids=["alone", "enrolled"])
def test_affect_learns_emotions_on_a_frozen_encoder_and_goes_on_into_a_language_model(build, tmp_path, enrolment):
    affect = ("encoder.frozen=true", "prosody.affect=32", *enrolment)
    recipe, settings, data, stage = build(*ENCODER, *affect, "trainer.max_steps=60", "trainer.lr=1e-2")
    trainer = trainer_for(tmp_path, settings)
    trainer.fit(stage, data)
    trainer.test(stage, data, verbose=False)
    assert stage.results()["accuracy"] == 1.0
    ear = save_checkpoint(tmp_path / "ear", recipe, stage, data, {}, {}, {})
    _, _, data, policy = build(f"start_from={ear}", *affect)
    assert policy.model.prosody.affect.settled
    stage.eval(), policy.eval()
    batch = next(iter(data.test_dataloader()))
    frames, mask = policy.model.frames(batch.waves)
    told = policy.model.relative(frames, mask, batch.enrolled)
    expected = stage.model.prosody.affect(told, mask)
    torch.testing.assert_close(policy.model.prosody.affect(told, mask), expected)
    assert torch.allclose(told, frames) != bool(enrolment)
    with_it = policy.model.listen(batch.waves, batch.enrolled)
    policy.model.prosody.affect.center += 10.0
    changed = (policy.model.listen(batch.waves, batch.enrolled).tokens != with_it.tokens).any(-1)
    assert torch.equal(changed[:, len(LEVELS) :], with_it.token_mask[:, len(LEVELS) :]), (
        "every token of the frames tells"
    )
    assert not changed[:, : len(LEVELS)].any(), "and no cue's"


def test_affect_learns_the_gender_where_it_is_known(build, tmp_path):
    stage = "stage={name: encoder, dropout: 0.0, gender_loss: 0.5}"
    affect = ("encoder.frozen=true", "prosody.affect=32", "trainer.max_steps=60", "trainer.lr=1e-2")
    _, settings, data, stage = build(*ENCODER[1:], stage, *affect)
    trainer = trainer_for(tmp_path, settings)
    voices = {"angry": "female", "sad": "male"}  # a difference that tones have
    data.train_utterances = [replace(u, gender=voices[u.emotion]) for u in data.train_utterances]
    data.train_utterances[0] = replace(data.train_utterances[0], gender=None)
    data.test_utterances = [replace(u, gender=voices[u.emotion]) for u in data.test_utterances]
    trainer.test(stage, data, verbose=False)
    assert stage.results()["gender"] < 1.0
    trainer.fit(stage, data)
    trainer.test(stage, data, verbose=False)
    assert stage.results()["gender"] == 1.0
    data.test_utterances = [replace(u, gender=None) for u in data.test_utterances]
    trainer.test(stage, data, verbose=False)
    assert "gender" not in stage.results(), "a corpus that tells none is told so"


def test_no_known_gender_costs_nothing(build):
    _, _, data, stage = build(*ENCODER[1:], "stage={name: encoder, gender_loss: 0.5}", "prosody.affect=32")
    batch = next(iter(data.test_dataloader()))
    whole = torch.randn(len(batch.utterances), 32)
    unknown = replace(batch, utterances=[replace(u, gender=None) for u in batch.utterances])
    assert stage._gender_loss(whole, unknown).item() == 0.0
    assert stage._gender_loss(whole, batch).item() > 0.0


def test_a_prosody_head_beats_the_majority(build, tmp_path):
    stage = "stage={name: prosody-head}"
    results = fitted(build, tmp_path, *ENCODER[1:], stage, "trainer.max_steps=40", "trainer.lr=5e-3")
    assert results["by_cue"].keys() == {"pitch", "energy", "speed", "intonation"}
    assert results["by_cue"]["energy"] > results["majority"]["energy"] - 1e-9


def test_what_cannot_be_measured_is_the_class_cant_tell(build):
    _, _, data, _ = build()
    classes = cue_classes("pitch", data.train_utterances, torch.device("cpu"))
    for utterance, told in zip(data.train_utterances, classes.tolist(), strict=True):
        assert (told == 0) == (utterance.cues.pitch is None)


def test_accuracy_and_recall_worked_by_hand():
    score = EmotionScore({"a": ("x", "y"), "b": ("x",)})
    # a: x is right 2 of 3 (one answer outside the options), y right 0 of 1; b: x right 1 of 1
    for corpus, emotion, answer in [
        ("a", "x", "x"),
        ("a", "x", "x"),
        ("a", "x", "nonsense"),
        ("a", "y", "x"),
        ("b", "x", "x"),
    ]:
        score.update(corpus, emotion, answer)
    results = score.results()
    assert results["accuracy"] == pytest.approx(3 / 5)
    assert results["uar"] == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert results["recall"] == pytest.approx({"a: x": 2 / 3, "a: y": 0.0, "b: x": 1.0})
    assert results["outside_options"] == 1
    assert results["n"] == 5
