"""The test as a person types it: on prosodia or another corpus, by the checkpoint's own split, with a table."""

import json

import pytest

from zoo.core.on_test import is_test, overrides_for

MIX = {"data": {"name": "mix", "corpora": [{"name": "prosodia", "train": 900}, {"name": "ravdess", "fold": 2}]}}


def test_a_corpus_of_the_training_is_taken_as_it_was_there():
    assert overrides_for("prosody-perception", MIX, []) == [
        "stage.name=prosody-perception",
        'data={"name": "prosodia", "train": 900}',
    ]
    given = ["data.corpus=ravdess", "data.root=there"]
    assert overrides_for("prosody-perception", MIX, given)[1:] == [
        'data={"name": "ravdess", "fold": 2}',
        "data.root=there",
    ]
    assert overrides_for("prosody-perception", {"data": {"name": "prosodia"}}, []) == ["stage.name=prosody-perception"]
    assert overrides_for("x", MIX, ["data.corpus=manifest", "data.path=a"])[1] == 'data={"name": "manifest"}'


def test_only_a_test_is_one():
    assert is_test("prosody-perception")
    assert not any(is_test(name) for name in ("sft", "prosodia", None, "grpo-ptr"))


def test_a_checkpoint_is_asked_about_prosody(place, fitted):
    done = place.run(
        "zoo.evaluate", fitted["checkpoint"], "--on", "prosody-perception", "data.corpus=manifest",
        f"data.path={place.manifest}", "data.test_speakers=[s0]", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.strip().split("\n")[-1])
    assert figures["split"] == "tones:test=s0"
    assert figures["speakers_in_both"] == 0
    assert set(figures["by_cue"]) <= {"pitch", "speed", "energy", "intonation", "stress"}
    for row in figures["by_cue"].values():
        assert {"accuracy", "n", "chance", "majority"} <= row.keys()
    assert figures["mean"] == pytest.approx(
        sum(row["accuracy"] for row in figures["by_cue"].values()) / len(figures["by_cue"])
    )
    assert "0 of 1 speakers" in done.stderr
    assert "majority" in done.stderr
    assert "note:" not in done.stderr, "it is the split of the training"


def test_a_test_in_a_misspelt_name_is_told(place, fitted):
    done = place.run("zoo.evaluate", fitted["checkpoint"], "--on", "prosody-perceptio")
    assert done.returncode == 2
    assert "prosody-perceptio" in done.stderr


def test_answers_that_there_will_not_be_are_refused_before_the_work(place, fitted):
    done = place.run(
        "zoo.evaluate", fitted["checkpoint"], "--on", "prosody-perception", "data.corpus=manifest",
        f"data.path={place.manifest}", "data.test_speakers=[s0]", "--save", "answers.json",
    )  # fmt: skip
    assert done.returncode == 2
    assert "--save keeps answers about emotions" in done.stderr
    assert "majority" not in done.stderr
