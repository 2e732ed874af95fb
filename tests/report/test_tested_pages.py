"""The pages of `zoo.evaluate --page`, from real evaluations at test size: each has its sections and fetches nothing."""

import pytest

from tests.corpus import write_corpus
from tests.report.test_run_page import RECIPE, STAGES, read
from zoo.evaluate import main as evaluate
from zoo.fit import main as fit
from zoo.report.faithfulness_page import faithfulness
from zoo.report.groups import Stick, grouped
from zoo.report.heat import shares
from zoo.report.judge_page import judge
from zoo.report.training import training


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """What evaluates one checkpoint that was trained for no more than a step, and gives the page's text."""
    folder = tmp_path_factory.mktemp("asked")
    recipe, manifest = folder / "tones.yaml", write_corpus(folder)
    recipe.write_text(RECIPE.format(stage=STAGES["sft"], path=manifest), encoding="utf-8")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    patch.setattr("zoo.stages.run.RUNS", folder / "runs")

    def ask(*words):
        evaluate([made["checkpoint"], *words, "--page", "page.html"])
        return (folder / "page.html").read_text(encoding="utf-8")

    try:
        made = fit([str(recipe), "trainer.max_steps=1", "trainer.evaluate=false"])
        yield ask, ["data.corpus=manifest", f"data.path={manifest}", "data.test_speakers=[s0]"]
    finally:
        patch.undo()


def test_emotions_pooled_and_by_speaker_and_what_judges_say(asked):
    ask, _ = asked
    text = ask("data.test_speakers=[s0,s1]", "--judge", "grounding")
    read(text)
    assert "tones: said (columns) of what is true (rows)" in text
    assert "tones: recall by emotion" in text
    assert "tones: % by speaker" in text
    assert "<th>s1, n = 6</th>" in text
    assert "Reasoning quality" in text


def test_perception_beside_chance_with_a_confusion_of_each_cue(asked):
    ask, corpus = asked
    text = ask("--on", "prosody-perception", *corpus)
    read(text)
    assert ": prosody perception</h1>" in text
    assert "always the majority answer" in text
    assert "<th>intonation, n\xa0=\xa06</th>" in text
    assert "intonation: said (columns) of what is true (rows)" in text


def test_faithfulness_by_cue_and_by_edit(asked):
    ask, corpus = asked
    text = ask("--on", "faithfulness", *corpus, "stage.edited=2", "stage.max_new_tokens=4")
    read(text)
    assert ": faithfulness</h1>" in text
    assert "of the audible cues, measured and not normal" in text
    assert "2 utterances were edited" in text


def test_a_bar_has_its_interval_in_the_picture_and_in_words():
    text = grouped("x", {"a": [Stick(0.5, 0.25, 1.0, 8), None], "b": [None, None]}, ["one", "two"])
    assert 'title="one: 50.0 %, 95 % 25.0 % to 100.0 %, n = 8"' in text
    assert '<b style="left:25.0%;width:75.0%"></b>' in text
    assert "<th>b</th>" not in text, "nothing was measured"
    assert grouped("x", {"b": [None]}, ["one"]) == ""


def test_faithfulness_draws_claims_and_edits():
    share = {"value": 0.75, "low": 0.5, "high": 1.0, "n": 4}
    names = ("precision", "same_emotion", "shuffled", "silence", "mentioned", "told_right")
    row = {"supported": 3, "contradicted": 1, "undecided": 2, **dict.fromkeys(names, share)}
    moved = dict.fromkeys(("up", "down", "others_held", "emotion_held"), share)
    figures = {
        "n": 4, "edited": 2, "temperature": 0.8, "without_audio": "silence",
        "grounding": {"by_cue": {"pitch": row}, "all": row, "no_trace": 0},
        "counterfactual": {"pitch": {"by": 4.0, "refused": 1, "edit": moved, "control": moved, "sampling": moved}},
    }  # fmt: skip
    text = faithfulness(figures)
    assert 'title="supported: 3 of 6"' in text
    assert text.count("pitch +4 st") == 4
    assert text.count('title="edited: 75.0 %, 95 % 50.0 % to 100.0 %, n = 4"') == 4
    assert "No utterance could be edited." in faithfulness({**figures, "counterfactual": {}})


def test_a_calibration_is_drawn_from_json_too():
    mark = {"reference": 3.5, "n": 9}
    row = {"spearman": 0.5, "kendall": 0.4, "error": 0.3, "calibration": {"4": mark, "1": {"reference": None, "n": 0}}}
    text = judge({"by_criterion": {"factual": row}, "preferred": {"drop": {"1": 0.25}, "invert": {"0.5": 1.0}}}, {})
    assert "judge 4: reference 3.50, 9 traces" in text
    assert text.count("<circle") == 1
    assert '<td class="wrong" style="--share:50%" title="drop, 1: 25.0%">25</td>' in text
    assert "rho before" not in text


def test_shares_run_from_chance():
    text = shares("x", {"a": {"1": 0.75}}, ["1", "2"], chance=0.5)
    assert '--share:50%" title="a, 1: 75.0%">75</td><td>-</td>' in text


def test_a_gamed_judge_is_told_in_figures():
    steps = range(20)
    found = {"reasoning_wrong": {s: 0.2 + 0.02 * s for s in steps}, "reward_outcome": dict.fromkeys(steps, 0.5)}
    text = training(found)
    assert "of wrong answers 0.21 to 0.57, accuracy 0.50 to 0.50" in text
    assert "Is the judge being gamed?" not in training({"loss": {0: 1.0}})
