"""What is said against the speaker's own habit: read as such and as nothing else, written so in both styles."""

import random
from itertools import product

import pytest

from zoo.acoustics.cues import LEVELS, RELATIVE, Cues
from zoo.backbones.bpe import nano_tokenizer
from zoo.text.claims import claims
from zoo.text.damage import Subject, damaged
from zoo.text.facts import Facts, contradictions
from zoo.text.grounds import claimed, factual, truth
from zoo.text.writer import STYLES, write

CUES = Cues("normal", "low", "slow", "falling", ("door",))
SPEAKS = "Kids are talking by the door."

READ = {
    "For this speaker the pitch is high, the energy low and the speed normal.": {
        ("relative pitch", "high"),
        ("relative energy", "low"),
        ("relative speed", "normal"),
    },
    "The pitch is higher than is usual for this speaker.": {("relative pitch", "high")},
    "Her pitch is higher than she usually speaks.": {("relative pitch", "high")},
    "He talks faster than he normally does.": {("relative speed", "fast")},
    "The voice is softer than the speaker's own habit.": {("relative energy", "low")},
    "Compared with her usual delivery, the pace is slow.": {("relative speed", "slow")},
    "By his habit the volume is low.": {("relative energy", "low")},
    "For this woman, the pitch is high.": {("relative pitch", "high"), ("gender", "female")},
    # the rest of a sentence, and another one, speak of voices at large
    "The pitch is high for this speaker, while the pace is slow.": {("relative pitch", "high"), ("speed", "slow")},
    "For this speaker the pitch is high. The energy is low.": {("relative pitch", "high"), ("energy", "low")},
    "For this speaker the intonation is flat.": {("intonation", "flat")},  # a shape is no more or less than another
    # whom these compare with they do not say, or it is not the speaker
    "The pitch is higher than usual.": {("pitch", "high")},
    "The pitch is higher than normal for a woman.": {("pitch", "high")},
    "The pitch is higher than that of the average speaker.": {("pitch", "high")},
    "The pitch is high, which makes room for her words.": {("pitch", "high")},
    "The pitch is not high for this speaker.": set(),
}


@pytest.mark.parametrize("text", READ)
def test_a_claim_is_relative_where_the_sentence_names_the_speaker(text):
    assert {(claim.cue, claim.value) for claim in claims(text)} == READ[text]


def habits():
    rows = product(*((None, *LEVELS[cue]) for cue in RELATIVE))
    return [habit for row in rows if (habit := Cues(*row)).known()]


@pytest.mark.parametrize("style", STYLES)
def test_every_habit_is_written_and_read_back_beside_the_cues(style):
    for habit in habits():
        for seed in range(8):
            cues = Cues(*(CUES.pitch, CUES.energy, CUES.speed, CUES.intonation, CUES.stressed_words), habit)
            text = write(cues, "sad", random.Random(seed), "female", SPEAKS, style)
            facts = Facts(cues, "female")
            assert not contradictions(text, facts), text
            assert {(cue, v) for cue, values in claimed(text).items() for v in values} == facts.stated(), text


@pytest.mark.parametrize("style", STYLES)
def test_without_a_habit_nothing_is_said_of_one_and_the_rest_stays(style):
    """`test_short_style` and this hold the texts of recipes without enrolment."""
    for seed in range(50):
        plain = write(CUES, "sad", random.Random(seed), "male", SPEAKS, style)
        empty = write(Cues(*(*CUES.to_dict().values(),), Cues()), "sad", random.Random(seed), "male", SPEAKS, style)
        assert plain == empty
        assert not any(claim.cue in RELATIVE.values() for claim in claims(plain))


def test_the_short_style_needs_few_tokens_for_it():
    habit, tokenizer = Cues("high", "low", "normal"), nano_tokenizer()
    texts = [write(Cues("low", habit=one), "sad", random.Random(0)) for one in (None, habit)]
    plain, told = (len(tokenizer.encode(text, add_special_tokens=False)) for text in texts)
    assert told - plain <= 18


def test_a_claim_of_habit_is_true_false_or_undecided():
    said = claimed("For this speaker the pitch is high and the energy low.")
    assert factual(said, truth(Facts(Cues(habit=Cues(pitch="high", energy="low"))))) == 1.0
    assert factual(said, truth(Facts(Cues(habit=Cues(pitch="high", energy="high"))))) == 0.5
    assert not said.keys() & truth(Facts(Cues("high", "low"))).keys()  # no enrolment: nothing decides


def test_damage_reaches_what_is_said_of_the_habit():
    facts = Facts(Cues("high", "low", "fast", habit=Cues("low", "high", "slow")))
    subject = Subject(facts, ("sad", "happy"))
    assert damaged(subject, "sad", {}, random.Random(0)).marks.factual == 5
    assert damaged(subject, "sad", {"invert": 1.0}, random.Random(0)).marks.factual == 1
    assert damaged(subject, "sad", {"drop": 1.0}, random.Random(0)).marks.completeness == 1


def test_cues_with_a_habit_survive_json():
    cues = Cues("high", stressed_words=("door",), habit=Cues("low"))
    assert Cues.from_dict(cues.to_dict()) == cues
    assert "habit" not in CUES.to_dict()
    assert Cues.from_dict(CUES.to_dict()) == CUES
