"""The writer: honest, of the right length, in sound English; the extractor reads back exactly what it wrote."""

import random
import re
from itertools import product

import pytest

from tests.text.traces import EMOTIONS, NAMED_WORDS, cases
from zoo.acoustics.cues import Cues
from zoo.text import argument, cue_sentences
from zoo.text.claims import claims
from zoo.text.conclusion import conclusion
from zoo.text.emotions import FORMS
from zoo.text.trace import Trace, parse, render
from zoo.text.writer import write


@pytest.mark.parametrize("style", ["short", "long"])
def test_the_extractor_reads_back_exactly_what_was_measured(style: str) -> None:
    for facts, _, text in cases(style):
        kept = [("stress", word) for word in (facts.cues.stressed_words or ())[: NAMED_WORDS[style]]]
        expected = {pair for pair in facts.stated() if pair[0] != "stress"} | set(kept)
        assert {(c.cue, c.value) for c in claims(text)} == expected, text


@pytest.mark.parametrize("style", ["short", "long"])
def test_the_emotion_comes_last_and_is_read_back(style: str) -> None:
    """Every form of every emotion's word counts, but not what is quoted."""
    names = {form for word in EMOTIONS for form in (word, *FORMS.get(word, ()))}
    for _, emotion, text in cases(style):
        before, dot, last = text.removesuffix(".").rpartition(". ")
        assert dot
        assert emotion in last, text
        unquoted = re.sub(r'"[^"]*"', "", before).lower()
        assert not names & set(re.findall(r"\w+", unquoted)), text
        assert conclusion(text, EMOTIONS) == emotion, text
        assert parse(render(Trace(text, emotion))) == Trace(text, emotion)


@pytest.mark.parametrize(("style", "shortest", "longest"), [("short", 25, 50), ("long", 50, 200)])
def test_length_in_words(style: str, shortest: int, longest: int) -> None:
    """The least and the most that can be known are among the cases, each with many seeds."""
    lengths = [len(text.split()) for *_, text in cases(style)]
    full = Cues("high", "high", "slow", "rising-falling", tuple(f"word{i}" for i in range(20)))
    for cues, gender, age, words in ((Cues(), None, None, None), (full, "female", "young adult", "one " * 400)):
        for emotion, seed in product(("sad", "whisper", "ecstatic", "contempt or disgust"), range(300)):
            text = write(cues, emotion, random.Random(seed), gender, words, style, age)
            if style == "long" or cues is not full:
                lengths.append(len(text.split()))
    assert shortest <= min(lengths)
    assert max(lengths) <= longest


@pytest.mark.parametrize("style", ["short", "long"])
def test_the_english_is_well_formed(style: str) -> None:
    for *_, text in cases(style):
        bare = re.sub(r'"[^"\n]*"', "Q", text).rstrip()
        assert bare.endswith("."), text
        assert not re.search(r"\s[,.;:]|[,;:][,.;:]|\.\.|  |[{}\[\]|]", bare), text
        assert not re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", bare), text
        assert not re.search(r"(?:^|[.!?] )[a-z]", bare), text
        assert not re.search(r"\b(\w+) \1\b", bare.replace("that that", "")), text
        assert text.count('"') % 2 == 0, text
        assert not re.search(
            r"(?:^|[.;] )(?i:the) (?:pitch|energy|speed|intonation) (?:point|fit|suggest|seem) ", bare
        ), text
        alone = re.sub(r"[Tt]he (?:combination|mixture|interplay) of .*?(?=[.;])", "", bare)
        assert not re.search(r"and the (?:pitch|energy|speed|intonation) (?:points|fits|suggests|seems)\b", alone), text


def test_the_short_style_has_a_small_vocabulary() -> None:
    vocabulary = {
        word.strip('.,"').lower()
        for facts, _, text in cases("short")
        if not facts.cues.stressed_words
        for word in text.split()
    }
    assert len(vocabulary) < 160


def test_the_inference_depends_on_which_cues_fit() -> None:
    fitting = Cues("high", "high", "fast", "falling")
    assert "although" not in write(fitting, "angry", random.Random(0))
    assert "although the speed is slow" in write(Cues("high", "high", "slow", "falling"), "angry", random.Random(0))
    who = cue_sentences.Speaker("she", "her")
    for seed in range(50):
        assert claims(argument.argue(fitting.known(), "angry", who, random.Random(seed))) == []
        admitted = argument.argue(fitting.known(), "sad", who, random.Random(seed))
        assert {c.cue for c in claims(admitted)} == {"pitch", "energy", "speed"}, admitted


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    text = write(Cues(energy="low", speed="slow"), "whisper", random.Random(1))
    assert "The pitch and the intonation can't be told." in text


def test_the_same_seed_writes_the_same() -> None:
    cues = Cues("low", "low", "slow", "flat")
    for style in ("short", "long"):
        assert write(cues, "sad", random.Random(3), style=style) == write(cues, "sad", random.Random(3), style=style)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="style is one of"):
        write(Cues(), "sad", random.Random(0), style="medium")
