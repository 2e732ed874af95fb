"""The judge: it learns marks, its group shares a prompt, both forms stand behind one interface, and it hears."""

from dataclasses import replace
from random import Random

import lightning as L
import pytest
import torch

from zoo.core.criteria import Marks
from zoo.core.errors import ZooError
from zoo.data.marked import Marked, write_marked
from zoo.models.judging import Judgement, judge_prompt, judge_traces
from zoo.models.rollout import Rollout
from zoo.rewards.reward import Answer, Group, JudgeFailed
from zoo.scorers.scorer import Traces
from zoo.stages.judge import claim_loss
from zoo.stages.judge_groups import Policies, subject_of
from zoo.stages.judging import TrainedJudge
from zoo.stages.run import save_checkpoint, trainer_for
from zoo.text.claims import Claim
from zoo.text.trace import Trace, render

JUDGE = ("stage.name=judge", "stage.group_size=6", "rewards=null", "backbone.lora=null", "trainer.lr=3e-3")
HEAD, JSON = "scorer.name=judge-head", "scorer.name=judge-json"
TRACES = [
    render(Trace(f"The pitch is {level}. So the emotion is {word}.", word))
    for level, word in (("high", "sad"), ("low", "a"))
]


def heard(stage, data):
    batch = next(iter(data.test_dataloader()))
    return batch, judge_prompt(stage.model, stage.model.listen(batch.waves))


@pytest.mark.parametrize("form", [HEAD, JSON])
def test_marks_are_probabilities_and_a_group_gives_what_each_alone_gives(build, form):
    _, _, data, stage = build(*JUDGE, form)
    stage.eval()
    batch, prompted = heard(stage, data)
    texts = TRACES * len(batch.waves)
    with torch.no_grad():
        whole = judge_traces(stage.model, prompted, texts).log_probs
        alone = [
            judge_traces(stage.model, prompted.rows(torch.tensor([i // 2])), [text]).log_probs
            for i, text in enumerate(texts)
        ]
    assert whole.shape == (len(texts), 4, 5)
    torch.testing.assert_close(whole.exp().sum(-1), torch.ones(len(texts), 4))
    torch.testing.assert_close(whole, torch.cat(alone), atol=2e-4, rtol=1e-4)
    marks = stage.model.scorer.marks(whole)
    assert marks.min() >= 1
    assert marks.max() <= 5


def test_the_ordinal_head_has_exact_probabilities_far_from_the_cuts(build):
    _, _, _, stage = build(*JUDGE, HEAD)
    scorer = stage.model.scorer.double()
    states = torch.zeros(1, 1, scorer.quality[1].in_features, dtype=torch.double)
    ids = torch.zeros(1, 1, dtype=torch.long)
    traces = Traces(ids, ids == 0, ids > 0, lambda *_: states, lambda _: _)
    with torch.no_grad():
        for quality in (-60.0, 0.0, 60.0):
            scorer.quality[-1].weight.zero_()
            scorer.quality[-1].bias.fill_(quality)
            log_probs = scorer(traces).log_probs
            assert torch.isfinite(log_probs).all()
            torch.testing.assert_close(log_probs.double().exp().sum(-1), torch.ones(1, 4, dtype=torch.double))


def test_known_marks_teach_the_json_form_and_are_ignored_by_the_head(build):
    for form, matters in ((HEAD, False), (JSON, True)):
        _, _, data, stage = build(*JUDGE, form)
        stage.eval()
        batch, prompted = heard(stage, data)
        texts = TRACES * len(batch.waves)
        with torch.no_grad():
            low, high = (
                judge_traces(stage.model, prompted, texts, torch.full((len(texts), 4), m)).log_probs for m in (1.0, 5.0)
            )
        torch.testing.assert_close(low[:, 0], high[:, 0])  # no mark stands before the first
        assert torch.equal(low[:, 1:], high[:, 1:]) is not matters


def test_json_marks_are_those_that_are_read_one_after_another(build):
    _, _, data, stage = build(*JUDGE, JSON)
    stage.eval()
    batch, prompted = heard(stage, data)
    texts = TRACES * len(batch.waves)
    said = torch.full((len(texts), 4), 3.0)
    with torch.no_grad():
        for criterion in range(4):
            in_turn = judge_traces(stage.model, prompted, texts, said).log_probs
            said[:, criterion] = stage.model.scorer.marks(in_turn)[:, criterion]
        together = judge_traces(stage.model, prompted, texts).log_probs
    torch.testing.assert_close(together, in_turn, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("form", [HEAD, JSON])
def test_a_judge_learns_to_mark(train, form):
    stage, _ = train(*JUDGE, form, "trainer.max_steps=40", run=form)
    assert stage.trainer.callback_metrics["loss"] < 1.35  # log 5 = 1.61 is what knowing nothing gives


def test_evaluation_says_how_marks_agree_and_what_is_preferred(build):
    _, settings, data, stage = build(*JUDGE, HEAD, "data.utterances_per_step=6")
    levels = ("low", "high") * len(data.test_utterances)
    data.test_utterances = [
        replace(u, cues=replace(u.cues, pitch=p)) for u, p in zip(data.test_utterances, levels, strict=False)
    ]
    trainer_for(None, settings).test(stage, data, verbose=False)
    found = stage.results()
    assert found["n"] == len(data.test_utterances)
    assert set(found["by_criterion"]) == {"factual", "interpretative", "completeness", "fluency"}
    assert set(found["preferred"]["invert"]) == {"0.25", "0.5", "0.75", "1"}
    assert 1 <= found["other_voice"] <= 5


@pytest.fixture
def checkpoint(build, tmp_path):
    recipe, _, data, stage = build(*JUDGE, HEAD)
    folder = save_checkpoint(tmp_path / "judge", recipe, stage, data, {}, {}, {})
    return folder, data, stage


def test_a_checkpoint_judges_as_its_stage_did_and_trains_a_policy(checkpoint, build, train):
    folder, data, stage = checkpoint
    stage.eval()
    utterance = data.test_utterances[0]
    group = Group(utterance, ("sad", "a"), (*(Answer.read(text) for text in TRACES), Answer.read("nothing")))
    judge = TrainedJudge(str(folder), lambda: torch.device("cpu"))
    scores = judge.judge(group)
    assert scores[2] is None
    assert scores[0] != scores[1]
    batch, prompted = heard(stage, data)
    with torch.no_grad():
        marks = stage.model.scorer.marks(judge_traces(stage.model, prompted.rows(torch.tensor([0])), TRACES).log_probs)
    assert batch.utterances[0] == utterance
    assert [s.mean for s in scores[:2]] == pytest.approx((marks / 5).mean(1).tolist(), abs=1e-5)
    policy, rows = train(f"rewards.reasoning.judge={folder}", "trainer.max_steps=2", run="policy")
    assert not any("scorer" in name for name, _ in policy.named_parameters())
    assert all(row["judge_failures"] == 0 for _, row in rows if "judge_failures" in row)


def test_a_judge_hears_the_voice(checkpoint):
    folder, data, _ = checkpoint
    judge = TrainedJudge(str(folder), lambda: torch.device("cpu"))
    groups = [Group(u, ("sad",), (Answer.read(TRACES[0]),)) for u in data.test_utterances[:2]]
    one, other = (judge.judge(group)[0] for group in groups)
    assert one != other


def test_a_missing_recording_fails_the_group_and_a_checkpoint_without_scorer_is_refused(checkpoint, build, tmp_path):
    folder, data, _ = checkpoint
    judge = TrainedJudge(str(folder), lambda: torch.device("cpu"))
    gone = replace(data.test_utterances[0], audio_path=tmp_path / "gone.wav")
    with pytest.raises(JudgeFailed, match=r"gone\.wav"):
        judge.judge(Group(gone, ("sad",), (Answer.read(TRACES[0]),)))
    recipe, _, data, stage = build()
    plain = save_checkpoint(tmp_path / "plain", recipe, stage, data, {}, {}, {})
    with pytest.raises(ZooError, match="is no judge"):
        TrainedJudge(str(plain), lambda: torch.device("cpu"))


def test_traces_of_files_and_of_policies_are_in_the_group_with_their_marks(build, tmp_path):
    recipe, _, data, stage = build()
    policy = save_checkpoint(tmp_path / "policy", recipe, stage, data, {}, {}, {})
    marked = tmp_path / "marked.jsonl"
    write_marked([Marked(u, TRACES[0], Marks(1, 2, 3, 4), "somebody") for u in data.train_utterances], marked)
    _, _, data, stage = build(*JUDGE, HEAD, f"stage.marked=[{marked}]", f"stage.policies=[{policy}]")
    stage.trainer = L.Trainer(accelerator="cpu", logger=False, enable_checkpointing=False)
    batch = next(iter(data.train_dataloader()))
    group = stage.groups(batch)
    assert len(group) == 6 * len(batch.waves)
    theirs = [trace for trace in group if trace.text == TRACES[0]]
    assert len(theirs) == len(batch.waves)  # the untrained policy wrote none, and what is missing is written
    assert all(trace.marks == Marks(1, 2, 3, 4) for trace in theirs)


def test_what_a_policy_samples_is_marked_by_rule(build, tmp_path, monkeypatch):
    recipe, _, data, stage = build()
    policy = save_checkpoint(tmp_path / "policy", recipe, stage, data, {}, {}, {})
    batch = next(iter(data.test_dataloader()))
    said = [TRACES[0], "no trace", TRACES[1], TRACES[0], *["no trace"] * (2 * len(batch.waves) - 4)]
    monkeypatch.setattr(Rollout, "texts", lambda *_: said)
    cues = replace(batch.utterances[0].cues, pitch="high")
    batch.utterances[:] = [replace(utterance, cues=cues) for utterance in batch.utterances]
    subjects = [subject_of(u, e, "short") for u, e in zip(batch.utterances, batch.emotions, strict=True)]
    first, second, *_ = Policies([str(policy)]).sampled(batch, subjects, 2, Random(0))
    assert [trace.text for trace in first] == TRACES[:1]
    assert [trace.text for trace in second] == [TRACES[1], TRACES[0]]
    assert first[0].marks.factual == 5  # the pitch is high
    assert second[0].marks.factual == 1  # and not low


def test_marks_about_held_out_utterances_are_refused(build, tmp_path):
    _, _, data, _ = build()
    marked = tmp_path / "marked.jsonl"
    write_marked([Marked(data.test_utterances[0], TRACES[0], Marks(1, 2, 3, 4), "somebody")], marked)
    with pytest.raises(ZooError, match="1 held-out utterances"):
        build(*JUDGE, HEAD, f"stage.marked=[{marked}]")


def test_every_claim_is_looked_at_by_itself(build):
    _, _, data, stage = build(*JUDGE, HEAD)
    stage.eval()
    batch, prompted = heard(stage, data)
    think = 'The pitch is high and the energy low. The stress is on "tone". So the emotion is sad.'
    with torch.no_grad():
        judged = judge_traces(
            stage.model, prompted, [render(Trace(think, "sad")), "No trace at all."] * len(batch.waves)
        )
    mine = [(claim.cue, claim.value) for row, claim in judged.claims if row == 0]
    assert mine == [("pitch", "high"), ("energy", "low"), ("stress", "tone")]
    assert not [claim for row, claim in judged.claims if row == 1]
    assert judged.truth.shape == (len(judged.claims),)


def test_the_truth_of_a_claim_follows_from_what_is_known(build):
    judged = Judgement(
        torch.zeros(1, 4, 5),
        [(0, Claim("pitch", "high", 0, 1)), (0, Claim("pitch", "low", 2, 3)), (0, Claim("age", "elderly", 4, 5))],
        torch.tensor([2.0, -1.0, 9.0]),
    )
    sigmoid = torch.sigmoid(torch.tensor([2.0, 1.0]))
    loss, checked = claim_loss(judged, [{"pitch": {"high"}}])
    assert checked == 2
    assert loss == pytest.approx(float(-sigmoid.log().mean()))  # age: not known
    assert claim_loss(judged, [{}]) == (0, 0)
