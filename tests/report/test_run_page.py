"""The page of a run: whole, fetching nothing, with every point that was logged and whatever was said as text."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.corpus import write_corpus
from zoo.fit import main as fit
from zoo.report.curves import MOST, Curve, panel
from zoo.report.logged import logged, opened
from zoo.report.run_page import Shown, page, write
from zoo.report.traces import EXAMPLES, examples
from zoo.stages.said import SAMPLES, Said, kept

EVIL = "<script>alert('\"&')</script>"
RECIPE = """\
seed: 3
encoder: {{name: whisper-test, frozen: true}}
prosody: {{name: frame-cues, tokens: true, hidden: 16}}
adapter: {{name: conv-mlp, stride: 4, hidden: 32}}
backbone: {{name: qwen3-test, lora: {{rank: 4}}}}
stage: {stage}
data: {{name: manifest, path: {path}, test_speakers: [s0], utterances_per_step: 2}}
trainer: {{max_steps: 4, lr: 1.0e-2, warmup_steps: 2, accelerator: cpu, devices: 1, save_every_steps: 2}}
"""
STAGES = {
    "grpo-ptr": "{name: grpo-ptr, group_size: 4, max_new_tokens: 10, skip_flat: false, show_every: 2}\n"
    "rewards: {format: {weight: 0.3}, outcome: {weight: 1.0}, reasoning: "
    "{weight: 0.5, schedule: {name: progressive, accuracy: 0.0, window: 3}}}",
    "sft": "{name: sft, max_new_tokens: 10}",
    "encoder": "{name: encoder}",
    "judge": "{name: judge, group_size: 4}\nscorer: {name: judge-head}",
}


class Seen(HTMLParser):
    """Keeps what would be fetched, what is not closed, scripts, and how many points each curve has."""

    ALONE = {"meta"}

    def __init__(self):
        super().__init__()
        self.open, self.fetched, self.scripts, self.points = [], [], 0, {}

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.fetched += [value for name, value in attrs if name in ("src", "href", "action", "poster", "data")]
        self.scripts += tag == "script"
        if "data-column" in found:
            assert found["data-column"] not in self.points, "each column is one curve"
            self.points[found["data-column"]] = len(found["points"].split())
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.ALONE:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(text):
    seen = Seen()
    seen.feed(text)
    assert seen.open == []
    assert all(value.startswith("data:") for value in seen.fetched), "nothing is fetched"
    assert seen.scripts == 1, "the page's own"
    assert "url(" not in text
    assert not re.search(r"https?:|//[a-z]+\.[a-z]", text)
    return seen


@pytest.fixture(scope="module", params=STAGES)
def run(request, tmp_path_factory):
    """The folder of a run of a stage at test size, and its stage."""
    folder = tmp_path_factory.mktemp(request.param)
    recipe = folder / "tones.yaml"
    recipe.write_text(RECIPE.format(stage=STAGES[request.param], path=write_corpus(folder)), encoding="utf-8")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    patch.setattr("zoo.stages.run.RUNS", folder / "runs")
    try:
        result = fit([str(recipe)])
        yield folder / "runs" / "tones" / result["report"].split("/")[-2], request.param
    finally:
        patch.undo()


def test_a_run_of_every_stage_leaves_a_page_with_every_point_it_logged(run):
    folder, stage = run
    seen = read((folder / "report.html").read_text(encoding="utf-8"))
    found = logged(folder)
    assert {"loss", "gradient_norm"} & set(found)
    assert seen.points == {column: len(values) for column, values in found.items()}
    assert len(found["loss"]) == 4
    assert len(seen.fetched) == {"sft": 6, "grpo-ptr": 6 + 2, "encoder": 0, "judge": 0}[stage], "players"


def test_a_policys_page_shows_the_gate_and_what_was_sampled(run):
    folder, stage = run
    if stage != "grpo-ptr":
        pytest.skip("of the policy alone")
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "gate, step 3<" in text
    assert text.count("class=answer") == EXAMPLES + 2 * 4
    assert "Sampled in training" in text
    rows = kept(folder)
    assert {row.step for row in rows} == {0, 2}
    with (folder / SAMPLES).open("a", encoding="utf-8") as file:
        file.write(json.dumps(vars(replace(rows[0], text="again"))) + "\n")
    assert len(kept(folder)) == len(rows), "a step that was done again replaces what it said before"


def test_a_judges_page_shows_calibration_preference_and_falsehoods(run):
    folder, stage = run
    if stage != "judge":
        pytest.skip("of the judge alone")
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert text.count('aria-label="calibration, ') == 4
    assert "n = 24</span>" in text, "six utterances, four traces each"
    assert text.count('title="invert, ') == 4
    assert text.count('title="conclude, 1: ') == 1
    assert all(words in text for words in ("s tau", "s rho before", "fluent, every fact inverted"))


def said(**more):
    known = {"dataset": "d", "emotion": "sad", "answer": "sad", "text": "t", "tokens": 5, "reward": 1.0, "cues": None}
    known |= {"key": "d/a.wav", "audio_path": "nowhere.wav", "gender": None, "transcription": None, "language": "en"}
    return Said(**known | more)


def test_what_a_model_or_a_corpus_says_is_text():
    evil = said(key=EVIL, emotion=EVIL, answer=EVIL, transcription=EVIL, text=f"<think>{EVIL}, her pitch is high")
    formed = said(key="d/b.wav", text=f"<think>The pitch is high {EVIL}.</think><answer>sad</answer>")
    text = page(Shown(EVIL, [EVIL], {"n": 2}, said=[evil, formed], samples=[replace(evil, step=3)]))
    read(text)
    assert EVIL not in text
    assert "alert(" in re.sub(r"<[^>]+>", " ", text)


def test_claims_are_told_by_words_and_signs_too():
    cues = {"pitch": "low", "energy": "high", "speed": None, "intonation": None, "stressed_words": None}
    trace = "<think>The pitch is high, the energy is high and the pace is fast.</think><answer>sad</answer>"
    text = page(Shown("x", [], {"n": 1}, said=[said(text=trace, cues=cues)]))
    assert "pitch high: the signal says low" in text
    assert "energy high: agrees with the signal" in text
    assert "speed fast: not measured" in text
    assert "cannot be shown: there is no file nowhere.wav" in text


def test_examples_are_right_and_wrong_ones_of_many_emotions():
    emotions = ("angry", "calm", "happy", "sad")
    rows = [said(key=f"{e}{i}", emotion=e, answer=e if i % 2 else "x") for e in emotions for i in range(9)]
    chosen = examples(rows)
    assert len(chosen) == len({row.key for row in chosen}) == EXAMPLES
    assert sum(row.right for row in chosen) == EXAMPLES / 2
    assert {row.emotion for row in chosen} == set(emotions)
    assert examples([]) == []


def part(folder, number, text):
    place = folder / "metrics" / f"version_{number}"
    place.mkdir(parents=True)
    (place / "metrics.csv").write_text(text, encoding="utf-8")


def test_of_a_resumed_run_the_later_part_is_right(tmp_path):
    part(tmp_path, 0, "step,epoch,gate,loss,test/uar\n0,0,,,0.5\n0,0,0.0,4,\n1,0,0.0,3,\n2,0,0.0,2,\n3,0,1.0,1,\n")
    part(tmp_path, 2, "step,epoch,gate,loss,test/uar\n0,0,,,0.5\n2,0,0.0,20,\n3,0,,nan,\n3,1,,,0.7\n")
    part(tmp_path, 10, "step,epoch,gate,loss,test/uar\n2,0,1.0,200,\n3,0,1.0,")
    found = logged(tmp_path)
    assert found["loss"] == {0: 4, 1: 3, 2: 200}
    assert found["test/uar"] == {0: 0.5, 3: 0.7}
    assert opened(found["gate"]) == 2
    assert opened({0: 1.0, 1: 1.0}) is None
    assert opened({0: 0.0, 1: 0.0}) is None


def test_a_long_curve_is_drawn_with_means_and_says_so():
    figure = panel("loss", [Curve("loss", "loss", [(float(i), float(i % 7)) for i in range(3 * MOST)])])
    (points,) = re.findall(r'data-column="loss" points="([^"]+)"', figure)
    assert len(points.split()) == MOST
    assert "each point the mean of 3 steps" in figure


def test_a_flat_curve_and_one_of_a_single_point_can_be_drawn():
    figure = panel("x", [Curve("a", "a", [(0.0, 2.0), (1.0, 2.0)]), Curve("b", "b", [(0.0, 2.0)])], (1, "here"))
    assert "nan" not in figure
    assert "here" in figure


def test_judges_cues_and_heads_are_drawn_with_what_they_are_held_against():
    row = {"accuracy": 0.75, "chance": 0.25, "majority": 0.5, "n": 8, "outside_options": 0}
    asked = {"mean": 0.75, "n": 8, "by_cue": {"pitch": row}}
    judge = {"by_criterion": {"factual": {"spearman": None}}, "preferred": {"invert": {"0.5": 0.9}}, "n": 3}
    head = {"by_cue": {"pitch": 0.6}, "majority": {"pitch": 0.4}, "accuracy": 0.6, "n": 4}
    before = {"perception": {"by_cue": {"pitch": {"accuracy": 0.3}}}}
    texts = [
        page(Shown("x", [], figures, earlier))
        for figures, earlier in (({"perception": asked, "n": 8}, before), (asked, {}), (judge, {}), (head, {}))
    ]
    for text in texts:
        read(text)
    assert 'title="before training: 30.0 %"' in texts[0]
    assert 'title="always the majority answer: 50.0 %"' in texts[1]
    assert "before training" not in texts[1]
    assert 'title="invert, 0.5: 90.0%"' in texts[2]
    assert "not measured" in texts[2]
    assert 'title="majority: 40.0%"' in texts[3]


def test_a_page_that_cannot_be_drawn_is_a_warning_and_no_more(tmp_path, capsys):
    def broken():
        raise ValueError("no pen")

    assert write(tmp_path / "report.html", broken) is None
    assert "warning: no report at" in capsys.readouterr().err
    assert write(tmp_path / "no" / "folder.html", lambda: Shown("x", [])) is None
