"""Captioning by the stages that are there: the form, the reward and the figures are its own, the trainer is not."""

import json

import pytest

import zoo
from tests.stages.conftest import RECIPE
from zoo import evaluate, fit
from zoo.core.checkpoint import read_checkpoint

SFT = ("stage={name: sft, max_new_tokens: 10}", "rewards=null", "backbone.lora=null", "form=caption")
REWARDS = ("rewards.outcome=null", "rewards.reasoning=null", "rewards.caption={embedder: bag-of-words}")
SHORT = ("trainer.max_steps=2", "trainer.warmup_steps=0", "trainer.evaluate=false")


@pytest.fixture
def annotated(manifest):
    """The corpus of tones as lines of annotations, every other one with a caption of its own."""
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    for i, row in enumerate(rows):
        row["pitch_level"] = "high"
        row["caption"] = "A bright tone, an angry one." if i % 2 == 0 else None
    path = manifest.with_name("captions.jsonl")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_every_utterance_gets_one_caption_its_own_where_it_has_one(build, annotated):
    data_of = f"data={{name: annotations, path: {annotated}, test_speakers: [s0], utterances_per_step: 2}}"
    _, _, data, stage = build(*SFT, data_of)
    captions = [u.reasoning for u in data.train_utterances]
    assert captions[0] == "A bright tone, an angry one."
    assert "pitch" in captions[1]
    assert captions[1] == build(*SFT, data_of)[2].train_utterances[1].reasoning, "the same one every time"
    assert stage.model.form.parse(captions[1], ("angry", "sad")).answer == data.train_utterances[1].emotion


def test_a_cold_start_then_grpo_then_the_figures_of_captions(manifest, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tones.yaml"
    path.write_text(RECIPE.format(path=manifest), encoding="utf-8")
    base = fit.main([str(path), *SFT, *SHORT])["checkpoint"]
    policy = fit.main([str(path), f"start_from={base}", *REWARDS, *SHORT])["checkpoint"]
    assert zoo.load(policy).knowledge.prompt.form == "caption"
    card = read_checkpoint(policy).card["choices"]["caption"]
    assert (card["embedder"], card["approximates"]) == ("bag-of-words", "2509.18729")
    rows = [json.loads(line) for line in next(tmp_path.glob("runs/*/*/samples.jsonl")).read_text().splitlines()]
    assert {"format", "caption"} == {name for row in rows for name in row["parts"]}
    assert all(row["reference"] for row in rows)
    figures = evaluate.main([policy])
    wanted = {"bleu", "rouge_l", "meteor_exact_stem", "distinct_1", "distinct_2", "accuracy"}
    assert wanted <= figures.keys()
    assert all(0.0 <= figures[name] <= 1.0 for name in wanted)
