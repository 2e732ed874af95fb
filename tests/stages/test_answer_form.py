"""Another answer form through the whole way: cold start, policy and evaluation, by the same stages and verbs."""

import json

import pytest

import zoo
from tests.stages.conftest import RECIPE
from zoo import evaluate, fit
from zoo.core.checkpoint import read_checkpoint
from zoo.core.errors import ZooError
from zoo.models.rollout import Rollout

FORM = "transcript-label-rationale"
SFT = ("stage={name: sft, max_new_tokens: 10}", "rewards=null", "backbone.lora=null", f"form={FORM}")
SHORT = ("trainer.max_steps=2", "trainer.warmup_steps=0", "trainer.evaluate=false")
SAID = "<transcript>A tone!</transcript><answer>angry</answer><think>The pitch is high.</think>"


@pytest.fixture(scope="module")
def cold(manifest, tmp_path_factory):
    """A checkpoint of two steps of cold start in that form, and its recipe."""
    folder = tmp_path_factory.mktemp("form")
    path = folder / "tones.yaml"
    path.write_text(RECIPE.format(path=manifest), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return path, folder / fit.main([str(path), *SFT, *SHORT])["checkpoint"]


@pytest.fixture
def formed(monkeypatch):
    """Random weights never find a form: every other answer is made to have it."""

    def texts(self, backbone):
        return [SAID if row % 2 == 0 else "A tone." for row in range(len(self.ids))]

    monkeypatch.setattr(Rollout, "texts", texts)


def test_cold_start_writes_words_emotion_and_then_why(build):
    _, _, data, stage = build(*SFT)
    utterance = data.train_utterances[0]
    stage._trainer = type("Trainer", (), {"global_step": 0, "strategy": None})()
    ids, mask = stage.answers([utterance])
    trace = stage.model.form.parse(stage.model.backbone.tokenizer.decode(ids[0][mask[0]], skip_special_tokens=True))
    assert (trace.transcript, trace.answer) == ("A tone.", utterance.emotion)
    assert "<transcript>" in stage.model.knowledge.prompt.system


def test_a_corpus_without_words_cannot_teach_it(build, manifest, tmp_path):
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    silent = manifest.with_name("silent.jsonl")
    silent.write_text("".join(json.dumps({**row, "transcription": None}) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(ZooError, match=f"form {FORM} tells the words"):
        build(*SFT, f"data.path={silent}")


def test_a_checkpoint_keeps_its_form_and_the_policy_goes_on_in_it(cold, formed, monkeypatch, tmp_path):
    path, checkpoint = cold
    assert read_checkpoint(checkpoint).recipe["form"] == FORM
    assert zoo.load(checkpoint).knowledge.prompt.form == FORM
    monkeypatch.chdir(tmp_path)
    done = fit.main([str(path), f"start_from={checkpoint}", *SHORT])  # which names no form
    policy = tmp_path / done["checkpoint"]
    assert zoo.load(policy).knowledge.prompt.form == FORM
    samples = list(tmp_path.glob("runs/*/*/samples.jsonl"))
    rows = [json.loads(line) for line in samples[0].read_text(encoding="utf-8").splitlines()]
    assert {row["parts"]["format"] for row in rows} == {0.0, 1.0}
    assert {row["form"] for row in rows} == {FORM}


def test_its_evaluation_counts_words_emotion_and_what_the_reasons_are_worth(cold, formed, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    figures = evaluate.main([str(cold[1]), "--page", str(tmp_path / "page.html")])
    assert figures["format"] == pytest.approx(1 / 2)
    assert figures["transcript_wer"] == pytest.approx(1 / 2), "an answer without the form has told no word"
    assert figures["outside_options"] == 3
    assert figures["grounded"] > 0.0
    assert "heard: A tone!" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_its_reasons_are_held_against_the_signal(cold, formed, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    on = ("data.corpus=manifest", f"data.path={read_checkpoint(cold[1]).recipe['data']['path']}")
    figures = evaluate.main([str(cold[1]), "--on", "faithfulness", *on, "data.test_speakers=[s0]", "stage.edited=1"])
    assert figures["grounding"]["no_trace"] < figures["n"]
    assert figures["grounding"]["by_cue"]["pitch"]["claims"] > 0


def test_a_form_that_is_not_there_is_told_before_a_weight_is_read(cold):
    with pytest.raises(ZooError, match=r'there is no answer form "label-first"'):
        fit.main([str(cold[0]), "form=label-first", "--check"])
