"""An evaluation in parts has the figures of one in a piece."""

import json
from types import SimpleNamespace

import pytest

from zoo.core.errors import ZooError
from zoo.evaluate import main
from zoo.stages.counts import counts, merge
from zoo.stages.judge_score import Judged, JudgeScore

TWELVE = "data.test_speakers=[s0,s1]"  # utterances: a batch of eight and one of four
PERCEPTION = ("--on", "prosody-perception", "data.corpus=manifest")
FAITHFULNESS = ("--on", "faithfulness", "data.corpus=manifest", "stage.edited=4")


@pytest.fixture
def checkpoint(place, fitted, monkeypatch):
    monkeypatch.chdir(place.folder)
    return str(place.folder / fitted["checkpoint"])


def figures(found):
    return {name: None if value != value else value for name, value in found.items() if name != "cost"}  # NaN is none


@pytest.mark.parametrize("on", [(), PERCEPTION, FAITHFULNESS], ids=["emotions", "perception", "faithfulness"])
def test_parts_add_up_to_the_whole(checkpoint, place, tmp_path, on):
    words = [checkpoint, *on, *([f"data.path={place.manifest}"] if on else []), TWELVE]
    whole = main([*words, "--rows", str(tmp_path / "whole.jsonl")])
    parts = [main([*words, "--parts", str(tmp_path / "parts"), "--shard", f"{which}/2"]) for which in (2, 1)]
    assert sorted(part["utterances"] for part in parts) == [4, 8]
    again = main([*words, "--parts", str(tmp_path / "parts"), "--rows", str(tmp_path / "again.jsonl")])
    assert figures(again) == figures(whole)
    assert (tmp_path / "again.jsonl").read_text() == (tmp_path / "whole.jsonl").read_text()


def test_parts_that_are_not_all_of_it_are_refused(checkpoint, tmp_path):
    parts = ["--parts", str(tmp_path)]
    with pytest.raises(ZooError, match="2 batches of 8 cannot be shared by 3"):
        main([checkpoint, TWELVE, *parts, "--shard", "1/3"])
    with pytest.raises(ZooError, match="give --parts FOLDER"):
        main([checkpoint, TWELVE, "--shard", "1/2"])
    main([checkpoint, TWELVE, *parts, "--shard", "1/2"])
    with pytest.raises(ZooError, match="not all parts of one evaluation"):
        main([checkpoint, TWELVE, *parts])
    main([checkpoint, TWELVE, *parts, "--shard", "2/2"])
    with pytest.raises(ZooError, match="a part of another evaluation"):
        main([checkpoint, "data.test_speakers=[s2,s1]", "data.utterances_per_step=3", *parts])


def test_what_a_judge_counted_survives_json():
    rows = [
        Judged(
            [((5, 4, 3, 2), (4.5, 4, 3, 2)), ((1, 2, 3, 3), (1, 2, 2.5, 3))],
            (5, 5, 4, 4),
            [({"invert": 1.0}, (1, 2, 2, 2))],
            (2, 2, 2, 2),
        ),
        Judged([((3, 3, 2, 5), (3, 3.5, 2, 4))], (4, 5, 5, 4), [({"invert": 1.0}, (4, 5, 5, 5))], None),
    ]
    score, again = JudgeScore(), JudgeScore()
    for row in rows:
        score.update(row)
    judge, other = (SimpleNamespace(counted=lambda s=s: {"judged": s.rows}, named_modules=list) for s in (score, again))
    merge(other, json.loads(json.dumps(counts(judge))))
    assert again.results() == score.results()
