"""The long style: its forms are many and each is read as it was meant; it tells who speaks and how the words sound."""

import random
import re
from itertools import product
from math import prod

from tests.text.traces import cases
from zoo.acoustics.cues import Cues
from zoo.text import cue_forms, frame_forms, grammar, reason_forms
from zoo.text.claims import claims
from zoo.text.emotions import FORMS, NINE
from zoo.text.expected import EXPECTED
from zoo.text.facts import AGES
from zoo.text.forms import count, every
from zoo.text.writer import write


def test_two_thousand_draws_for_one_set_of_facts_are_nearly_all_distinct() -> None:
    cues = Cues("high", "high", "fast", "falling", ("door",))
    words = "Kids are talking by the door."
    texts = {write(cues, "angry", random.Random(i), "female", words, "long", "young adult") for i in range(2000)}
    assert len(texts) > 0.95 * 2000
    skeletons = {
        tuple(re.findall(r'"|\.|;|pitch|energy|volume|loud|pace|speak|stress|emph|intonation', t)) for t in texts
    }
    assert len(skeletons) > 1000  # not one fixed order with other words
    assert len({text.split(". ")[0] for text in texts}) > 150
    assert len({write(Cues(), "sad", random.Random(i), style="long") for i in range(2000)}) > 0.8 * 2000


def test_one_order_of_the_sentences_alone_has_billions_of_forms() -> None:
    """Words, speaker, four cues one by one, inference, conclusion; no remark, no other order or grouping."""
    cues = {"pitch": "high", "energy": "high", "speed": "fast", "intonation": "falling"}
    clauses = [count(cue_forms.CLAUSES[cue]) * count(cue_forms.WORDS[cue, level]) for cue, level in cues.items()]
    others = [frame_forms.SAYS, frame_forms.PROFILE_OF_GENDER, reason_forms.FIT_TOGETHER, reason_forms.SO]
    assert prod(clauses) * prod(map(count, others)) * count(reason_forms.REASONS["angry"]) > 10**12


def test_every_form_of_a_cue_is_read_as_that_cue() -> None:
    """Not a sample: each clause and phrase with each of its words."""
    n = 0
    for (cue, level), words in cue_forms.WORDS.items():
        special = cue_forms.CLAUSES_AT.get((cue, level))
        forms = every([cue_forms.CLAUSES[cue], *([special] if special else []), cue_forms.NOUN_PHRASES[cue]])
        for form, word, (she, her) in product(forms, every(words), (("she", "her"), ("the speaker", "the"))):
            text = form.format(a="a", level=word, she=she, her=her)
            assert {(c.cue, c.value) for c in claims(f"{text}.")} == {(cue, level)}, text
            n += 1
    assert n > 800


def test_frames_and_reasons_claim_nothing_and_name_no_emotion() -> None:
    names = {form for word, forms in FORMS.items() for form in (word, *forms)}
    tables = [reason_forms.REASONS, reason_forms.WHY, grammar.REASONS, frame_forms.TONES, frame_forms.AGAINST]
    rows = [row for table in tables for row in table.values()]
    rows += [reason_forms.WHY_FRAMES, reason_forms.BEFORE, reason_forms.AFTER, reason_forms.NO_FIT]
    rows += [frame_forms.SAYS, frame_forms.WITHOUT_WORDS, frame_forms.UNKNOWN, frame_forms.UNSTRESSED]
    for text in {text for row in rows for text in every(row)}:
        assert not names & set(re.findall(r"\w+", text.lower())), text
        assert claims(re.sub(r"{\w+}", "it", text) + ".") == [], text


def test_tables_cover_the_nine() -> None:
    assert set(grammar.REASONS) == set(reason_forms.REASONS) == set(reason_forms.WHY) == set(NINE) == set(EXPECTED)
    assert set(frame_forms.WHO) == set(product((None, "female", "male"), (None, *AGES))) - {(None, None)}


def test_the_long_style_quotes_and_names_stressed_words_and_the_speaker() -> None:
    cues = Cues("low", "low", "slow", "flat", ("door",))
    for seed in range(50):
        text = write(cues, "sad", random.Random(seed), "female", "Kids are talking by the door.", "long", "elderly")
        assert '"Kids are talking by the door"' in text
        assert '"door"' in text
        assert "elderly" in text


def test_a_long_transcript_is_shortened() -> None:
    words = " ".join(f"w{i}" for i in range(100))
    for seed in range(20):
        quoted = re.search(r'"(w0 [^"]*)"', write(Cues("low"), "sad", random.Random(seed), None, words, "long"))
        assert quoted
        assert quoted[1].endswith("...")
        assert len(quoted[1].split()) <= 25


def test_no_pronoun_without_a_gender_and_no_woman_without_an_age() -> None:
    for facts, _, text in cases("long"):
        words = set(re.findall(r"\w+", re.sub(r'"[^"]*"', "", text).lower()))
        assert facts.gender == "female" or not words & {"she", "her", "hers", "female", "woman", "girl"}, text
        assert facts.gender == "male" or not words & {"he", "his", "him", "male", "man", "boy"}, text
        assert facts.age or not words & {"woman", "man", "girl", "boy", "child", "young", "elderly"}, text


def test_words_against_voice_only_where_the_words_can_be_judged() -> None:
    cues = Cues("low", "low", "slow", "flat")

    def said(emotion: str, words: str, language: str = "en") -> str:
        return " ".join(write(cues, emotion, random.Random(s), None, words, "long", None, language) for s in range(60))

    assert "say one thing and the voice another" in said("sad", "What a wonderful day")
    assert "say one thing and the voice another" not in said("sad", "What a terrible day")
    assert "pull in one direction" in said("sad", "What a terrible day")
    assert "names no feeling" in said("sad", "Kids are talking by the door")
    for untold in (said("sad", "I am not happy"), said("sad", "Les enfants parlent", "fr")):
        assert not re.search("feeling|wording|on paper|one thing and", untold)
