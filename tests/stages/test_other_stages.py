"""The encoder and prosody-head stages learn, and their figures add up."""

import pytest
import torch

from zoo.stages.prosody import cue_classes
from zoo.stages.run import trainer_for
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
