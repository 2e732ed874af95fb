"""The test as a person types it, on a model that says nothing yet: all is asked for, and nothing is claimed."""

import json

from zoo.core.on_test import is_test


def test_a_checkpoint_is_asked_whether_it_speaks_of_the_signal(place, fitted, tmp_path):
    assert is_test("faithfulness")
    rows = tmp_path / "rows.jsonl"
    done = place.run(
        "zoo.evaluate", fitted["checkpoint"], "--on", "faithfulness", "data.corpus=manifest",
        f"data.path={place.manifest}", "data.test_speakers=[s0]", "stage.edited=4", "--rows", rows, "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.strip().split("\n")[-1])
    assert (figures["split"], figures["n"], figures["edited"], figures["seed"]) == ("tones:test=s0", 6, 4, 3)
    assert not figures.keys() & {"accuracy", "uar", "recall", "confusion", "speakers"}, "no test of emotions"
    assert figures["grounding"]["no_trace"] == 6
    assert figures["grounding"]["all"]["claims"] == 0
    assert figures["grounding"]["all"]["precision"] is None, "no claim is neither true nor false"
    assert figures["grounding"]["all"]["mentioned"]["value"] == 0.0
    edits = figures["counterfactual"]
    assert set(edits) >= {"pitch", "speed", "energy"}
    assert all(row["edit"]["n"] == 0 for row in edits.values())
    assert all(row["edit"]["no_trace"] + row["refused"] <= 4 for row in edits.values())
    assert "faithfulness, tones:test=s0, n = 6, 4 of them edited, seed 3" in done.stderr
    told = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert len(told) == 6
    assert all({"original", "silence", "sample 1", "sample 2"} <= row["texts"].keys() for row in told)
    assert sum({"control", "energy"} <= row["texts"].keys() for row in told) == 4
    assert all(row["texts"]["original"] for row in told)
