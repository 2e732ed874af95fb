"""Groups to score: an angry utterance whose every cue is known, and answers made of a think text and an emotion."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zoo.acoustics.cues import Cues
from zoo.data.utterance import Utterance
from zoo.rewards.reward import Answer, Group
from zoo.text.trace import Trace, render

MakeGroup = Callable[..., Group]
MakeAnswer = Callable[..., Answer]


@pytest.fixture
def utterance() -> Utterance:
    cues = Cues("high", "high", "fast", "falling", ("Door.",))
    return Utterance(Path("a.wav"), "prosodia", "s1", emotion="angry", gender="female", cues=cues)


@pytest.fixture
def answer() -> MakeAnswer:
    def make(emotion: str, think: str = "The pitch is high.") -> Answer:
        return Answer.read(render(Trace(think, emotion)))

    return make


@pytest.fixture
def no_trace() -> Answer:
    return Answer.read("angry, I think")


@pytest.fixture
def group(utterance: Utterance) -> MakeGroup:
    def make(*answers: Answer, utterance: Utterance = utterance) -> Group:
        return Group(utterance, ("angry", "sad", "happy", "contempt or disgust"), answers)

    return make
