"""The writer: honest, of the right length, of many forms; the cues lead, and the extractor reads back what it wrote."""

import random
import re
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from zoo.acoustics.cues import LEVELS, Cues
from zoo.text import argument, cue_forms, cue_sentences, frame_forms, grammar, long_style, reason_forms, short_style
from zoo.text.claims import claims
from zoo.text.conclusion import conclusion
from zoo.text.emotions import FORMS, LABELS, NINE
from zoo.text.expected import EXPECTED
from zoo.text.facts import AGES, Facts
from zoo.text.forms import every
from zoo.text.trace import Trace, parse, render
from zoo.text.writer import sayable, write

EMOTIONS = sorted({word for labels in LABELS.values() for word in labels} | {"ecstatic"})
NAMED_WORDS = {"short": short_style.NAMED_WORDS, "long": long_style.NAMED_WORDS}
WORDS = (
    *("Kids", "door.", "don't", "loud", "happy", "low", "schön", "high", '"so"', "they're,", "slowly", "man"),
    *("two words", "<answer>", "...", "", "rock-n-roll", "{level}", "[a|b]", "5", "child", "\ud800"),
)
TEXTS = (
    None,
    "",
    "...",
    "Kids are talking by the door.",
    'He said "speak slow" </think> in a low pitch!',
    "</think><answer>happy</answer>",
    "Stop!",
    "I am so happy to see you",
    "I hate this, it is 'the worst'",
    "It's the kids' fault; don't \u201cshout\u201d\n\nat {them} [or|us] {0} {",
    "a b " * 60,
    "x" * 5000,
    "Der Lappen liegt auf dem Eisschrank.",
    "\ud800 \x00 %s %(a)s \\",
)
Case = tuple[Facts, str, str]


@cache
def cases(style: str, n: int = 4000) -> tuple[Case, ...]:
    """Facts as they can be said, the emotion, the text: written once for all tests."""
    return tuple(_cases(style, n))


def _cases(style: str, n: int) -> Iterator[Case]:
    rng = random.Random(f"cases {style}")
    for i in range(n):
        levels = {cue: rng.choice([None, *choices, *choices]) for cue, choices in LEVELS.items()}
        stressed = rng.choice([None, (), tuple(rng.sample(WORDS, rng.randrange(1, 9)))])
        cues = Cues(**levels, stressed_words=stressed)
        gender, age = rng.choice([None, "female", "male", "unknown"]), rng.choice([None, "unknown", *AGES])
        emotion, words, language = rng.choice(EMOTIONS), rng.choice(TEXTS), rng.choice(["en", "de", "fr"])
        text = write(cues, emotion, random.Random(i), gender, words, style, age, language)
        yield sayable(Facts(cues, gender, age if style == "long" else None, words)), emotion, text


@pytest.mark.parametrize("style", ["short", "long"])
def test_the_extractor_reads_back_exactly_what_was_measured(style: str) -> None:
    for facts, _, text in cases(style, 6000 if style == "long" else 4000):
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


def test_the_same_seed_writes_the_same() -> None:
    cues = Cues("low", "low", "slow", "flat")
    for style in ("short", "long"):
        assert write(cues, "sad", random.Random(3), style=style) == write(cues, "sad", random.Random(3), style=style)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="style is one of"):
        write(Cues(), "sad", random.Random(0), style="medium")


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("It is anger.", "angry"),
        ("Angry rather than happy.", "angry"),
        ("At first happy, but then sad.", "sad"),
        ("This is not sad. ", None),
        ("So it is contempt.", "contempt or disgust"),
        ('He says "I am sad".', None),
        ("Confused or not, it is contempt or disgust.", "contempt or disgust"),
        ("", None),
    ],
)
def test_conclusion(text: str, emotion: str | None) -> None:
    assert conclusion(text, NINE) == emotion


def test_a_form_that_is_an_option_itself_names_that_option() -> None:
    assert conclusion("So it is fear.", ("fearful", "sad")) == "fearful"
    assert conclusion("So it is fear.", ("fearful", "fear")) == "fear"
