"""Comparisons of two folds as one table: rows are pooled, other figures averaged, and what does not belong refused."""

import json
from dataclasses import asdict

import pytest

from zoo.core.errors import ZooError
from zoo.folds import main as folds
from zoo.report.over_folds import over_folds
from zoo.stages.members import Member


def rows(speaker, answers):
    common = {"dataset": "tones", "speaker": speaker}
    return [{**common, "key": f"{speaker}{i}", "emotion": "sad", "answer": answer} for i, answer in enumerate(answers)]


def member(of, seed=None, trained_on="tones:fold1of2"):
    return Member(of, f"{of}.yaml", seed, (), trained_on, "0")


def result(told, grounded, seconds=None):
    training = {} if seconds is None else {"seconds": seconds, "steps": 4}
    figures = {"cost": {"peak_mb": 100.0 * grounded, "device": "cpu"}}
    told = [{**row, "scores": {"grounded": grounded}} for row in told]
    return {"stage": "sft", "checkpoint": "here", "figures": figures, "training": training, "rows": told}


def fold(speaker, base, policy, when):
    return [
        (member(f"base.{when}"), result(rows(speaker, base), 0.8)),
        (member("v6", 17), result(rows(speaker, policy), 0.6 + 0.1 * len(base), seconds=10 * len(base))),
    ]


ONE = fold("a", ["sad", "angry"], ["sad", "sad"], "monday")
TWO = fold("b", ["sad", "sad", "angry", "angry"], ["sad", "angry", "sad", "sad"], "tuesday")


def keep(folder, members):
    folder.mkdir()
    split = f"tones:{folder.name}"
    plan = {"members": [asdict(m) for m, _ in members], "data": {}, "evaluation": [], "split": split}
    (folder / "plan.json").write_text(json.dumps(plan))
    for m, found in members:
        (folder / m.name).mkdir()
        (folder / m.name / "result.json").write_text(json.dumps({k: v for k, v in found.items() if k != "rows"}))
        (folder / m.name / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found["rows"]))
    return str(folder)


def test_every_answer_counts_once_and_other_figures_are_means_over_folds(tmp_path, capsys):
    found = folds([keep(tmp_path / "one", ONE), keep(tmp_path / "two", TWO)])
    base, policy = found["members"]
    assert (base["name"], policy["name"]) == ("base", "v6")
    assert base["figures"]["accuracy"]["value"] == pytest.approx(3 / 6)  # the mean of folds would be the same by chance
    assert policy["figures"]["accuracy"]["value"] == pytest.approx(5 / 6), "not 7/8, the mean of the folds"
    assert policy["figures"]["grounded"]["value"] == pytest.approx((2 * 0.8 + 4 * 1.0) / 6)
    assert policy["figures"]["train_s"]["value"] == pytest.approx(30)
    assert "train_s" not in base["figures"]
    assert found["split"] == "tones:one; tones:two"
    assert "6 utterances, 2 speakers" in found["notes"][0]
    said = capsys.readouterr().err
    assert "v6" in said
    assert "tones:one; tones:two: 6 utterances" in " ".join(said.split()), "and no picture for :two:"


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (TWO[:1], "two compares base, and one base, v6 with seed 17; give the same variants in both"),
        ([TWO[0], (member("v6", 18), TWO[1][1])], "two compares base, v6 with seed 18, and one base, v6 with seed 17"),
        (ONE, "one and two both test a"),
    ],
)
def test_other_variants_and_the_same_speakers_are_refused(other, says):
    with pytest.raises(ZooError, match=says):
        over_folds([("one", ONE), ("two", other)])


def test_a_fold_given_twice_is_refused_and_one_that_was_interrupted_is_told(tmp_path):
    one = keep(tmp_path / "one", ONE)
    with pytest.raises(ZooError, match="both test a; give each fold once, of one split"):
        folds([one, one])
    training = {"seconds": 40, "seconds_are_of": "this run"}
    later = [TWO[0], (TWO[1][0], {**TWO[1][1], "training": training})]
    assert any("interrupted" in note for note in folds([one, keep(tmp_path / "two", later)])["notes"])


def test_a_folder_without_a_comparison_or_with_an_unfinished_one_is_one_sentence(tmp_path):
    with pytest.raises(ZooError, match=r"holds no comparison; make one with zoo\.compare --name NAME"):
        folds([str(tmp_path)])
    folder = keep(tmp_path / "one", ONE)
    (tmp_path / "one" / "v6.seed17" / "result.json").unlink()
    with pytest.raises(ZooError, match=r"v6.seed17 of .*one is not finished; give its zoo.compare again"):
        folds([folder])
