"""Judges that did not train the model: means worked by hand, their agreement, and who is refused."""

import json

import pytest
import torch

from zoo.core.criteria import CRITERIA, Scores
from zoo.core.errors import ZooError
from zoo.data.utterance import Utterance
from zoo.rewards.reward import Answer, Group, JudgeFailed
from zoo.stages.quality import Marked, Panel, refuse_trainers


class Told:
    """A judge that gives what it was told, and fails where it was told nothing."""

    def __init__(self, scores):
        self.scores = scores

    def judge(self, group):
        assert group.utterance.emotion is None, "a judge that knew would just agree"
        scores = self.scores[group.utterance.audio_path]
        if scores is None:
            raise JudgeFailed("a time-out")
        return [None if group.answers[0].trace is None else Scores(*scores)]


def panel(**scores):
    found = Panel([], lambda: torch.device("cpu"))
    found.judges = {name: Told(rows) for name, rows in scores.items()}
    texts = {"a": "<think>x</think><answer>sad</answer>", "d": "no trace"}
    for name in "abcd":
        text = texts.get(name, texts["a"])
        found.mark(Group(Utterance(name, "d", "s", "sad"), ("sad",), (Answer.read(text),)))
    return found


@pytest.fixture(autouse=True)
def _names(monkeypatch):
    monkeypatch.setattr(Utterance, "key", property(lambda self: self.audio_path))


def test_means_and_agreement():
    one = {"a": (0.2, 0.4, 1, 1), "b": (0.4, 0.4, 1, 0.2), "c": (0.6, 0.4, 1, 0.6), "d": (1, 1, 1, 1)}
    other = {"a": (0.1, 0.4, 1, 1), "b": (0.2, 0.4, 1, 1), "c": (0.3, 0.6, 1, 0.2), "d": None}
    found = panel(one=one, other=other).results()
    first = found["judges"]["one"]
    assert first["factual"] == pytest.approx(0.4)
    assert first["mean"] == pytest.approx((0.4 + 0.4 + 1 + 0.6) / 4)
    assert (first["n"], first["no_trace"], first["failed"]) == (3, 1, 0)
    assert (found["judges"]["other"]["n"], found["judges"]["other"]["failed"]) == (3, 1)
    (agreement,) = found["agreement"]
    assert agreement["n"] == 3
    assert agreement["by_criterion"]["factual"] == pytest.approx({"spearman": 1.0, "kendall": 1.0}, abs=1e-5)
    assert agreement["by_criterion"]["completeness"] == {"spearman": None, "kendall": None}  # no order to agree on


def test_rows_survive_json():
    row = Marked("a", "one", (0.1, 0.2, 0.3, 0.4))
    again = Marked(**json.loads(json.dumps(vars(row))))
    mine, other = Panel(["grounding"], lambda: torch.device("cpu")), Panel(["grounding"], lambda: torch.device("cpu"))
    mine.rows, other.rows = ([type(r)(r.key, "grounding", r.scores)] for r in (row, again))
    assert mine.results() == other.results()
    assert mine.results()["judges"]["grounding"].keys() >= set(CRITERIA)


def test_a_judge_that_trained_the_model_is_refused():
    trained = {"rewards": {"reasoning": {"judge": "some_judge"}}}
    refuse_trainers(["grounding"], [trained, {"rewards": None}, {}])
    with pytest.raises(ZooError, match="judge some_judge trained this model"):
        refuse_trainers(["some_judge"], [{}, trained])
    with pytest.raises(ZooError, match="judge grounding trained this model"):
        refuse_trainers(["grounding"], [{"rewards": {"reasoning": {}}}])
    with pytest.raises(ZooError, match="judge judge-api trained"):
        refuse_trainers(["judge-api"], [{"rewards": {"reasoning": {"judge": {"name": "judge-api"}}}}])


def test_an_evaluation_seats_a_panel(build):
    from zoo.stages.run import trainer_for

    _, settings, data, stage = build()
    stage.panel = Panel(["grounding"], lambda: stage.device)
    trainer_for(None, settings).test(stage, data, verbose=False)
    quality = stage.results()["quality"]["judges"]["grounding"]
    assert quality["n"] + quality["no_trace"] == 6
    assert stage.counted()["marked"] is stage.panel.rows
