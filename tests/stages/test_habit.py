"""The speaker's habit in a recipe: cues measured against the enrolled clips, told in traces, checked and explained."""

import os
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.corpus import write_corpus
from zoo.acoustics.cues import RELATIVE, Cues
from zoo.acoustics.habit import SMALLEST_HABIT, habit
from zoo.acoustics.measure import measure
from zoo.acoustics.wave import read_wave
from zoo.core.places import PROJECT
from zoo.core.registry import corpora
from zoo.data.enrolled import enrolled, with_habits
from zoo.data.measured import measured
from zoo.models.explain import explain
from zoo.rewards.grounding import Grounding
from zoo.rewards.reward import Answer, Group
from zoo.text.facts import Facts, contradictions
from zoo.text.trace import Trace, render
from zoo.text.writer import STYLES, write

RAVDESS = Path(os.environ.get("ZOO_RAVDESS") or PROJECT.parent / "shared" / "data" / "ravdess")
SFT = ("stage={name: sft, max_new_tokens: 10}", "rewards=null", "backbone.lora=null")
CLIPS = 7


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Tones with clips enough of each speaker to tell a habit."""
    return write_corpus(tmp_path_factory.mktemp("many"), speakers=3, each=9)


@pytest.fixture
def told(build, many):
    """Data and stage of an enrolled recipe, or of one without enrolment where `habit` is None."""

    def told(habit):
        part = "null" if habit is None else f"{{name: speaker-mean, clips: {CLIPS}, habit: {habit}}}"
        return build(f"enrolment={part}", f"data.path={many}", *SFT)[2:]

    return told


def test_cues_are_measured_against_the_enrolled_clips_alone(told):
    data, _ = told("true")
    both = [*data.train_utterances, *data.test_utterances]
    of = {u.audio_path: measure(read_wave(u.audio_path)) for u in both}
    for u in both:
        assert len(u.enrolled) == CLIPS
        assert u.audio_path not in u.enrolled
        assert u.cues.habit == habit(of[u.audio_path], [of[path] for path in u.enrolled])
    tones = {emotion: [u.cues.habit.pitch for u in both if u.emotion == emotion] for emotion in ("angry", "sad")}
    assert set(tones["angry"]) - {"normal"} == {"high"}  # the higher tones of each speaker
    assert set(tones["sad"]) - {"normal"} == {"low"}


def test_emotions_are_not_looked_at(told):
    data, _ = told("true")
    plain = [replace(u, emotion=None, cues=None) for u in data.test_utterances]
    again = with_habits(plain, [measure(read_wave(u.audio_path)) for u in plain])
    assert [u.cues.habit for u in again] == [u.cues.habit for u in data.test_utterances]


def test_too_few_clips_tell_no_habit(told):
    data, _ = told("true")
    own, *clips = (measure(read_wave(u.audio_path)) for u in data.test_utterances)
    assert habit(own, clips[:SMALLEST_HABIT]) is not None
    assert habit(own, clips[: SMALLEST_HABIT - 1]) is None


def test_traces_speak_of_it_where_the_recipe_says_so_and_else_stay_as_they_are(told):
    def answers(data, stage):
        ids, mask = stage.answers(data.train_utterances)
        tokenizer = stage.model.backbone.tokenizer
        return [tokenizer.decode(row[kept].tolist()) for row, kept in zip(ids, mask, strict=True)]

    spoken, silent, unenrolled = (answers(*told(habit)) for habit in ("true", "false", None))
    assert silent == unenrolled
    assert not any("this speaker" in text for text in silent)
    assert all("For this speaker the " in text for text in spoken)


def test_the_grounding_judge_checks_it_and_leaves_it_open_without_enrolment(told):
    data, _ = told("true")
    one = next(u for u in data.test_utterances if u.cues.habit.pitch == "high")
    one = replace(one, cues=replace(one.cues, pitch="normal"))  # so few tones have no levels of their own
    thinks = [f"The pitch is normal. For this speaker the pitch is {level}." for level in ("high", "low")]
    answers = tuple(Answer.read(render(Trace(think, "sad"))) for think in thinks)
    right, wrong = Grounding().judge(Group(one, ("angry", "sad"), answers))
    assert (right.factual, wrong.factual) == (1.0, 0.5)
    bare = replace(one, cues=replace(one.cues, habit=None))
    assert [scores.factual for scores in Grounding().judge(Group(bare, ("angry", "sad"), answers))] == [1.0, 1.0]


def test_an_explanation_shows_it_where_clips_are_given(told):
    data, stage = told("true")
    one = data.test_utterances[0]
    found = explain(stage.model.eval(), one.audio_path, speaker=one.enrolled)
    assert found.cues.habit == one.cues.habit
    assert found.to_dict()["cues"].keys() >= one.cues.relative().keys()
    alone = explain(stage.model, one.audio_path)
    assert alone.cues.habit is None
    assert not alone.to_dict()["cues"].keys() & set(RELATIVE.values())


@pytest.mark.skipif(not RAVDESS.is_dir(), reason=f"RAVDESS is not at {RAVDESS}; set ZOO_RAVDESS to its folder")
def test_on_real_voices_it_is_no_copy_of_the_usual_levels_and_is_written_and_read_back():
    held_out = corpora.build("ravdess", {"root": str(RAVDESS), "fold": 1}).test()
    found = measured([u for u in held_out if u.speaker == held_out[0].speaker])
    rows = with_habits(enrolled(found.utterances, 8), found.measures)
    assert len(rows) == 60
    differ = sum(level != getattr(u.cues, cue) for u in rows for cue, level in u.cues.habit.known().items())
    assert 0.05 < differ / (3 * len(rows)) < 0.6
    for style in STYLES:
        for u in rows:
            text = write(u.cues, u.emotion, Random(u.key), u.gender, u.transcription, style)
            assert not contradictions(text, Facts(u.cues, u.gender)), text
            if u.cues.habit != Cues(u.cues.pitch, u.cues.energy, u.cues.speed):
                assert contradictions(text, Facts(replace(u.cues, habit=None), u.gender)), text
