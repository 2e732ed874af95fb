"""The field's measures against hand-worked numbers, against their bootstrap, and over folds."""

import json

import pytest
from rich.console import Console

from zoo.core.errors import ZooError
from zoo.folds import main as folds
from zoo.report.intervals import MEASURES, drawn
from zoo.report.measures import measures
from zoo.report.measures_table import notes, show_measures

EMOTIONS = {"savee": ("happy", "sad", "angry"), "ravdess": ("calm", "happy")}
ANSWERS = [  # data set, speaker, true, told
    ("savee", "a", "happy", "happy"),
    ("savee", "a", "happy", "sad"),
    ("savee", "a", "sad", "sad"),
    ("savee", "b", "happy", "happy"),
    ("savee", "b", "sad", "cheerful"),  # outside the options
    ("savee", "b", "sad", "calm"),  # an option of another corpus
    ("ravdess", "c", "calm", "calm"),
    ("ravdess", "c", "happy", "calm"),
]


def rows(answers=ANSWERS):
    keys = ("dataset", "speaker", "emotion", "answer")
    return [{"key": str(i), **dict(zip(keys, row, strict=True))} for i, row in enumerate(answers)]


def test_by_hand():
    found = measures(rows(), EMOTIONS)
    assert found["accuracy"] == pytest.approx(4 / 8)
    recall = {"savee: happy": 2 / 3, "savee: sad": 1 / 3, "ravdess: calm": 1.0, "ravdess: happy": 0.0}
    assert found["recall"] == pytest.approx(recall)  # "angry" does not occur
    assert found["uar"] == pytest.approx(sum(recall.values()) / 4)
    f1 = {"savee: happy": 2 * 2 / (3 + 2), "savee: sad": 2 * 1 / (3 + 2), "ravdess: calm": 2 / 3, "ravdess: happy": 0.0}
    assert found["f1"] == pytest.approx(f1)
    savee, ravdess = found["by_speaker"]["savee"], found["by_speaker"]["ravdess"]
    assert savee["a"] == {"n": 3, "accuracy": 2 / 3, "uar": 0.75, "recall": {"happy": 0.5, "sad": 1.0}}
    assert savee["b"] == {"n": 3, "accuracy": 1 / 3, "uar": 0.5, "recall": {"happy": 1.0, "sad": 0.0}}
    assert ravdess == {"c": {"n": 2, "accuracy": 0.5, "uar": 0.5, "recall": {"calm": 1.0, "happy": 0.0}}}
    assert found["macro_f1"] == pytest.approx(sum(f1.values()) / 4)
    weighted = (3 * 0.8 + 3 * 0.4 + 2 / 3) / 8
    assert found["weighted_f1"] == pytest.approx(weighted)
    assert (found["n"], found["speakers"], found["outside_options"]) == (8, 3, 2)
    place = found["confusion"]["rows"].index("savee: sad")
    assert found["confusion"]["counts"][place] == [0, 0, 0, 1, 0, 2]
    assert found["labels"]["ravdess"] == {"calm": "neutral", "happy": "happy"}


def test_the_bootstrap_is_of_the_same_figures():
    found, redrawn = measures(rows(), EMOTIONS), drawn([rows()])
    for name in MEASURES:
        assert getattr(redrawn, name).value == pytest.approx(found[name])
        low, high = found["intervals"][name]
        assert low <= found[name] <= high
    assert measures([row for row in rows() if row["speaker"] == "a"], EMOTIONS)["intervals"]["uar"] is None


def test_every_figure_says_what_must_be_known():
    proof = {"split": "savee:fold1of4", "speakers_in_both": 0, "speakers_heard": 0, "shares_speakers": ""}
    figures = measures(rows(), EMOTIONS) | proof
    said = "\n".join(notes(figures))
    for words in ("savee:fold1of4: n = 8, 3 speakers", "counted as wrong: 2", "both sides of the split: 0"):
        assert words in said
    assert "calm = neutral" in said
    console = Console(record=True, width=160, file=open("/dev/null", "w"))  # noqa: SIM115
    show_measures(console, figures)
    assert "macro F1" in (text := console.export_text())
    assert "weighted F1" in text
    notes(figures | {"shares_speakers": "MELD's official split"})[-3:]


def fold(path, answers, emotions=EMOTIONS):
    told = rows(answers)
    proof = {"split": path.stem, "speakers_in_both": 0, "speakers_heard": 0, "shares_speakers": ""}
    saved = {"figures": measures(told, emotions) | proof, "emotions": emotions, "rows": told}
    path.write_text(json.dumps(saved), encoding="utf-8")
    return str(path)


def test_folds_pooled_and_on_average(tmp_path):
    one, two = fold(tmp_path / "1.json", ANSWERS[:3]), fold(tmp_path / "2.json", ANSWERS[3:])
    found = folds([one, two])
    whole = measures(rows(), EMOTIONS)
    assert found["pooled"]["accuracy"] == pytest.approx(whole["accuracy"])
    assert found["pooled"]["intervals"] == whole["intervals"]
    assert found["mean_of_folds"]["accuracy"]["each"] == pytest.approx([2 / 3, 2 / 5])
    assert found["mean_of_folds"]["accuracy"]["mean"] == pytest.approx((2 / 3 + 2 / 5) / 2)
    assert found["mean_of_folds"]["accuracy"]["sd"] == pytest.approx(abs(2 / 3 - 2 / 5) / 2**0.5)


def test_folds_that_are_none_are_refused(tmp_path):
    one, two = fold(tmp_path / "1.json", ANSWERS[:3]), fold(tmp_path / "2.json", ANSWERS[:4])
    with pytest.raises(ZooError, match="both test a; give each fold once"):
        folds([one, two])
    other = fold(tmp_path / "3.json", ANSWERS[3:6], {"savee": ("happy", "sad")})
    with pytest.raises(ZooError, match="other option lists"):
        folds([one, other])
    (tmp_path / "4.json").write_text("{}")
    with pytest.raises(ZooError, match="no evaluation of emotions"):
        folds([str(tmp_path / "4.json")])
    with pytest.raises(ZooError, match="no evaluation"):
        folds([str(tmp_path / "none.json")])
