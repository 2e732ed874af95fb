"""The page's requests without a page: what streams out, what is refused, and that a request leaves nothing behind."""

import re

import numpy as np
import pytest
import soundfile
import torch

from zoo.acoustics.levels import Thresholds
from zoo.core.sections import PARTS
from zoo.models.aloud import aloud
from zoo.models.build import build_model
from zoo.models.likelihood import likelihood
from zoo.models.options import options_given
from zoo.models.padding import padded
from zoo.models.rollout import sample
from zoo.report.told import coloured, held
from zoo.studio.asking import Asking, edited
from zoo.studio.limits import Visitors
from zoo.text.answer_form import answer_form
from zoo.text.facts import read_facts
from zoo.text.trace import Trace, render

SECTIONS = dict.fromkeys(PARTS) | {
    "encoder": {"name": "whisper-test", "frozen": True},
    "adapter": {"name": "conv-mlp", "stride": 4, "hidden": 32},
    "backbone": {"name": "qwen3-test"},
}
OPTIONS = ("angry", "sad", "contempt or disgust")


class OneModel:
    """A shelf with one model on it, which was trained on nothing."""

    def __init__(self):
        torch.manual_seed(0)
        self.one = build_model(SECTIONS).eval()
        self.one.knowledge.emotions = {"tones": OPTIONS}
        self.one.knowledge.thresholds = {"tones": Thresholds(energy_dbfs=(-40.0, -20.0)).to_dict()}
        self.folders, self.corpora, self.first = {"one": None}, {"one": ("tones",)}, "one"

    def model(self, name):
        return self.one


@pytest.fixture(scope="module")
def shelf():
    return OneModel()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    at = np.arange(16_000) / 16_000
    hum = sum(np.sin(2 * np.pi * 150 * k * at) / k for k in range(1, 8))
    path = tmp_path_factory.mktemp("asked") / "hum.wav"
    soundfile.write(path, 0.1 * hum / np.abs(hum).max(), 16_000)
    return str(path)


@pytest.fixture(scope="module")
def heard(shelf):
    torch.manual_seed(0)
    with torch.no_grad():
        return shelf.one.listen([torch.randn(16_000) * 0.1])


def test_the_options_are_weighed_as_whole_answers_are(shelf, heard):
    """Shared tokens left out or not, the odds are those of reading every answer from its first token."""
    found = options_given(shelf.one, heard, Trace("The pitch is high.", ""), OPTIONS)
    assert list(found) == list(OPTIONS)
    assert abs(sum(found.values()) - 1) < 1e-9
    backbone = shelf.one.backbone
    texts = [render(Trace("The pitch is high.", option)) for option in OPTIONS]
    rows = [[*backbone.tokenizer.encode(text, add_special_tokens=False), backbone.end_id] for text in texts]
    with torch.no_grad():
        whole = likelihood(
            backbone, shelf.one.prompt(heard, [OPTIONS]), *padded(rows, backbone.pad_id, shelf.one.device)
        )
    expected = whole.log_probs.sum(1).double().softmax(0)
    assert torch.allclose(torch.tensor(list(found.values()), dtype=torch.float64), expected, atol=1e-4)


def test_said_aloud_is_what_is_sampled_without_heat(shelf, heard):
    texts = list(aloud(shelf.one, heard, OPTIONS, 12))
    prompted = shelf.one.prompt(heard, [OPTIONS])
    whole = sample(shelf.one.backbone, prompted, max_new_tokens=12, temperature=0.0).texts(shelf.one.backbone)[0]
    assert texts[-1] == whole
    assert len(texts) <= 12


@pytest.mark.parametrize(
    ("text", "said"),
    [("", ""), ("<thi", ""), ("<think>", ""), ("<think>The pi", "The pi"), ("<think>So.</think><answer>sad", "So.")],
)
def test_a_trace_can_be_read_while_it_is_written(text, said):
    assert answer_form().so_far(text).think == said


def test_an_explanation_streams_and_ends_with_all_options(shelf, path):
    shown = list(Asking(shelf, Visitors()).explain("me", path, "", "one", "tones"))
    assert "waiting" in shown[0][1]
    assert all(picture == shown[0][0] for picture, _ in shown)
    assert 'data-done="true"' in shown[-1][1]
    assert all(option in shown[-1][1] for option in OPTIONS)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((None, "", "one", "tones"), "There is no recording yet"),
        (("/nowhere/at/all.wav", "", "one", "tones"), "There is no file the recording"),
        ((0, "", "one", "ravdess"), "The checkpoint one does not know the options of ravdess; choose one of: tones"),
        ((0, "word " * 2000, "one", "tones"), "over the limit of 5,000"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(shelf, path, fields, said):
    fields = (path, *fields[1:]) if fields[0] == 0 else fields
    *_, last = Asking(shelf, Visitors()).explain("me", *fields)
    assert last[0] is None
    assert said in last[1]
    assert "/nowhere" not in last[1]


def test_too_many_requests_are_refused(shelf, path):
    asking = Asking(shelf, Visitors(a_minute=1))
    list(asking.explain("me", path, "", "one", "tones"))
    *_, last = asking.explain("me", path, "", "one", "tones")
    assert "ask again in" in last[1]
    *_, last = asking.explain("you", path, "", "one", "tones")
    assert "data-done" in last[1]


def test_an_edit_is_compared_with_the_same_vocoder(shelf, path):
    shown = list(Asking(shelf, Visitors()).edit("me", path, "", "one", "tones", 2.0, 1.25, 3.0))
    (rate_hz, before), (_, after), left, right = shown[-1]
    assert rate_hz == 16_000
    assert abs(len(before) / len(after) - 1.25) < 0.01
    assert "through the same vocoder" in left
    assert re.search(r"pitch \+(1\.9|2\.[012]) semitones", right)
    assert "energy +3.0 dB" in right


def test_louder_alone_leaves_the_recording_as_it_is(path):
    from zoo.acoustics.wave import read_wave

    wave = read_wave(path)
    before, after, note = edited(wave, 0, 1, 6)
    assert before is wave
    assert note == "the recording itself"
    assert np.allclose(after.samples, wave.samples * 10**0.3, rtol=1e-5)


def test_claims_are_coloured_and_what_a_trace_holds_is_escaped():
    facts = read_facts({"pitch_level": "high", "energy_level": "low"})
    text = "<b>The pitch is high</b>, the energy is high, the speed is slow."
    found = held(text, facts)
    assert [(one.cue, one.supported) for one in found] == [("pitch", True), ("energy", False), ("speed", None)]
    html = coloured(text, found)
    assert "<b>" not in html
    assert [html.count(f'class="{kind}"') for kind in ("yes", "no", "open")] == [1, 1, 1]
