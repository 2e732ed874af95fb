"""Damaged traces: each kind moves its own criterion, stronger is worse, and the marks follow from the text as it is."""

from dataclasses import replace
from random import Random

import pytest

from zoo.acoustics.cues import Cues
from zoo.core.criteria import Marks
from zoo.text.damage import KINDS, KINDS_OF, SILENT, Subject, damaged, draw, marks
from zoo.text.facts import Facts
from zoo.text.trace import Trace

CUES = Cues("high", "high", "fast", "falling", ("doors",))
FACTS = Facts(CUES, "female", None, "Dogs are sitting by the doors")
EMOTIONS = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
SUBJECT = Subject(FACTS, EMOTIONS, "ravdess")
BEST = Marks(5, 5, 5, 5)
SEEDS = range(40)


def mean(kind, strength, criterion, subject=SUBJECT):
    done = [damaged(subject, "angry", {kind: strength}, Random(seed)) for seed in SEEDS]
    return sum(getattr(one.marks, criterion) for one in done) / len(done)


@pytest.mark.parametrize("style", ["short", "long"])
def test_an_untouched_trace_of_true_fitting_cues_has_the_best_marks(style):
    for seed in SEEDS:
        assert damaged(replace(SUBJECT, style=style), "angry", {}, Random(seed)).marks == BEST


@pytest.mark.parametrize(("criterion", "kind"), [(c, k) for c, kinds in KINDS_OF.items() for k in kinds])
def test_each_kind_costs_its_own_criterion_the_most_at_full_strength(criterion, kind):
    assert mean(kind, 1.0, criterion) <= 3.2
    if kind in ("invert", "drop", "repeat", "conclude", "misargue"):  # the others leave less to read as well
        for other in {"factual", "completeness", "fluency"} - {criterion}:
            assert mean(kind, 1.0, other) >= 4.9 or (kind, other) == ("drop", "factual"), other


@pytest.mark.parametrize("kind", ["invert", "drop", "repeat", "shuffle", "truncate", "garble"])
def test_stronger_is_worse(kind):
    criterion = next(c for c, kinds in KINDS_OF.items() if kind in kinds)
    found = [mean(kind, strength, criterion) for strength in (0.25, 0.5, 0.75, 1.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1] + 1


def test_a_wrong_answer_can_be_described_truly_and_is_marked_down_for_its_inference_alone():
    marked = damaged(SUBJECT, "sad", {}, Random(1)).marks
    assert (marked.factual, marked.completeness, marked.fluency) == (5, 5, 5)
    assert marked.interpretative < 5


@pytest.mark.parametrize("style", ["short", "long"])
def test_a_cue_that_is_dropped_is_not_said_to_be_inaudible(style):
    for seed in SEEDS:
        trace = damaged(replace(SUBJECT, style=style), "angry", {"drop": 1.0}, Random(seed)).trace
        assert not SILENT.search(trace.think)


def test_a_stressed_word_is_inverted_to_one_that_was_spoken():
    for seed in SEEDS:
        think = damaged(SUBJECT, "angry", {"invert": 1.0}, Random(seed)).trace.think
        assert '"doors"' not in think
        assert any(f'"{word}"' in think for word in ("dogs", "are", "sitting", "by", "the"))


def test_fluency_of_a_sampled_trace_is_estimated():
    subject = replace(SUBJECT, facts=replace(FACTS, cues=replace(CUES, stressed_words=None)))
    said = "The pitch is high, the energy high, the speed fast and the intonation falling. "
    good = marks(Trace(said + "These cues fit tension. So the emotion is angry.", "angry"), subject)
    looped = marks(Trace(said * 6 + "So the emotion is angry", "angry"), subject)
    assert good == BEST
    assert looped.fluency < 4


def test_the_same_random_numbers_give_the_same_trace():
    one, two = (damaged(SUBJECT, "happy", draw(Random(3)), Random(4)) for _ in range(2))
    assert one == two


def test_every_kind_is_drawn_and_some_traces_are_left_alone():
    drawn = [draw(Random(seed)) for seed in range(400)]
    assert {kind for damage in drawn for kind in damage} == set(KINDS)
    assert 0.1 < sum(not damage for damage in drawn) / len(drawn) < 0.2
    assert any(len(damage) == 3 for damage in drawn)
