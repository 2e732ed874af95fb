"""Answer forms: what is written is read back, anything else has no form, and a text can be read while it is written."""

import random

import pytest

from zoo.core.errors import ZooError
from zoo.core.registry import answer_forms
from zoo.text.answer_form import answer_form, prompt_of
from zoo.text.prompt import FORM, Prompt
from zoo.text.trace import Trace
from zoo.text.transcript_label_rationale import TAGS

LABEL_FIRST = "transcript-label-rationale"
GOOD = "<transcript>The door is open.</transcript><answer>angry</answer><think>The pitch is high.</think>"
TRACE = Trace("The pitch is high.", "angry", "The door is open.")


@pytest.mark.parametrize("name", answer_forms.entries)
def test_what_is_written_is_read_back(name):
    form = answer_form(name)
    found = form.parse(form.render(TRACE), ("angry", "sad"))
    assert found is not None
    assert found.think == TRACE.think
    assert form.parse(form.render(found), ("angry", "sad")) == found
    assert prompt_of(name).form == name


@pytest.mark.parametrize("name", answer_forms.entries)
def test_random_junk_never_raises(name):
    rng, form = random.Random(0), answer_form(name)
    pieces = [*TAGS, "<think", ">", " ", "\n", "angry", "\ud800"]
    for _ in range(5_000):
        text = "".join(rng.choices(pieces, k=rng.randrange(12)))
        found = form.parse(text, ("angry",))
        assert found is None or form.parse(form.render(found), ("angry",)) == found
        form.so_far(text)


def test_the_form_of_a_recipe_that_names_none_is_the_papers():
    assert prompt_of(FORM) == Prompt()
    assert answer_form().render(TRACE) == "<think>The pitch is high.</think><answer>angry</answer>"


def test_words_emotion_and_then_why():
    assert answer_form(LABEL_FIRST).render(TRACE) == GOOD
    assert answer_form(LABEL_FIRST).parse(f"\n{GOOD}\n".replace("><", "> \n <")) == TRACE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "angry",
        "<think>The pitch is high.</think><answer>angry</answer>",  # the other form
        GOOD.replace("<transcript>The door is open.</transcript>", ""),
        GOOD.replace("The door is open.", " "),
        GOOD.replace("angry", ""),
        GOOD.replace("</think>", ""),  # cut off
        GOOD + GOOD,
        GOOD + " So it is.",
        GOOD.replace("><a", ">so<a"),
        "<answer>angry</answer><transcript>The door.</transcript><think>High.</think>",  # another order
        "<transcript>The <answer>door.</transcript>angry</answer><think>High.</think>",  # crossed
    ],
)
def test_anything_else_has_not_the_form(text):
    assert answer_form(LABEL_FIRST).parse(text) is None


def test_words_with_tags_in_them_do_not_break_the_form():
    trace = Trace("High.", "angry", "Press <answer> \n now")
    assert answer_form(LABEL_FIRST).parse(answer_form(LABEL_FIRST).render(trace)).transcript == "Press answer now"


def test_it_can_be_read_while_it_is_written():
    so_far = answer_form(LABEL_FIRST).so_far
    assert so_far("<transc") == Trace("", "", None)
    assert so_far("<transcript>The do") == Trace("", "", "The do")
    assert so_far(GOOD[: GOOD.index("high")]) == Trace("The pitch is", "angry", "The door is open.")


def test_the_word_error_rate_counts_errors_over_all_words_of_the_references():
    wanted = [Trace("", "angry", words) for words in ("The door is open.", "Kids talk", None)]
    told = [Trace("x", "angry", "the DOOR was open!"), None, Trace("x", "sad", "anything")]
    figures = answer_form(LABEL_FIRST).figures(list(zip(told, wanted, strict=True)))
    assert figures == {"transcript_wer": pytest.approx((1 + 2) / 6)}, "one word wrong, two missing, one not known"
    assert answer_form(LABEL_FIRST).figures([(None, wanted[2])]) == {}
    assert answer_form().figures([(told[0], wanted[0])]) == {}


def test_the_nano_tokenizer_writes_its_tags():
    from zoo.backbones.bpe import nano_tokenizer

    tokenizer = nano_tokenizer()
    ids = tokenizer.encode(GOOD, add_special_tokens=False)
    assert tokenizer.decode(ids, skip_special_tokens=True) == GOOD


def test_a_form_that_is_not_there_is_said_with_the_nearest():
    with pytest.raises(ZooError, match='there is no answer form "transcript-label"; did you mean "transcript-label-r'):
        answer_form("transcript-label")
