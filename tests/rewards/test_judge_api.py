"""The API judge: a group at a time from a stand-in endpoint; one failure masks the group, a wrong key ends the run."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.standin import Reply, StandIn
from zoo.acoustics.cues import Cues
from zoo.core.criteria import Marks, Scores
from zoo.core.errors import ZooError
from zoo.core.registry import judges
from zoo.data.utterance import Utterance
from zoo.rewards.reward import Answer, Group, Judge, JudgeFailed
from zoo.rewards.total import Rewards

pytest.importorskip("openai", reason="the openai package is an optional extra: pip install 'emotionthinker-zoo[api]'")
KEY = "sk-very-secret-0123456789"
UTTERANCE = Utterance(
    audio_path=Path("03-01-06-01.wav"),
    dataset="ravdess",
    speaker="x",
    emotion="fearful",
    gender="female",
    transcription="Kids are talking.",
    cues=Cues(pitch="high", energy="low"),
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def trace(number: int) -> str:
    return f"<think>The pitch is high, {number}.</think><answer>angry</answer>"


def group(*texts: str, utterance: Utterance = UTTERANCE) -> Group:
    return Group(utterance, ("angry", "sad", "fearful"), tuple(Answer.read(text) for text in texts))


def marks(number: int) -> Marks:
    return Marks(1 + number % 5, 2, 3, 4)


def by_number(request: dict[str, Any], _: int) -> Reply:
    """Marks that follow from the number in the trace, so that a mix-up shows."""
    number = int(request["messages"][1]["content"].split("high, ")[1].split(".")[0])
    return Reply(json.dumps(marks(number).to_dict()), delay_s=0.05 * (number % 2))


def judge(server: StandIn, **options: Any) -> Judge:
    patient = {"timeout_s": 5.0, "tries": 2} | options
    built: Judge = judges.build("judge-api", {"model": "m", "base_url": server.base_url, **patient})
    return built


def test_every_trace_gets_its_own_marks_and_no_trace_none() -> None:
    with StandIn(by_number) as server:
        scores = judge(server).judge(group(trace(0), "no trace", trace(1), trace(2)))
    assert scores == [marks(0).scores(), None, marks(1).scores(), marks(2).scores()]
    assert isinstance(scores[0], Scores)
    assert len(server.requests) == 3


def test_the_same_trace_is_asked_about_once_in_a_run() -> None:
    with StandIn(by_number) as server:
        asked = judge(server)
        first = asked.judge(group(trace(0), trace(3), f" {trace(0)}\n", trace(0)))
        assert asked.judge(group(trace(3), trace(0))) == [first[1], first[0]]
        assert first[0] == first[2] == first[3]
        assert len(server.requests) == 2
        asked.judge(group(trace(0), utterance=replace(UTTERANCE, cues=Cues(pitch="low"))))
    assert len(server.requests) == 3  # another voice, another question


def test_it_is_told_what_was_measured_and_never_the_reference() -> None:
    with StandIn(by_number) as server:
        judge(server).judge(group(trace(0)))
    (request,) = server.requests
    said = json.dumps(request)
    for known in ("pitch level: high", "energy level: low", "gender: female", "Kids are talking"):
        assert known in said
    for hidden in ("fear", "03-01", "speed level", "intonation contour"):
        assert hidden not in said


def test_several_are_in_flight_but_no_more_than_asked_for() -> None:
    with StandIn(lambda request, n: replace(by_number(request, n), delay_s=0.1)) as server:
        judge(server, in_flight=3).judge(group(*map(trace, range(8))))
    assert 1 < server.most_in_flight <= 3
    with pytest.raises(ZooError, match="in flight"):
        judge(server, in_flight=0)


def test_an_answer_that_cannot_be_read_is_asked_for_once_more() -> None:
    good = json.dumps(marks(0).to_dict())
    with StandIn(lambda _, n: Reply("Five of five." if n == 0 else good)) as server:
        assert judge(server).judge(group(trace(0))) == [marks(0).scores()]
    assert "no JSON object" in server.requests[1]["messages"][-1]["content"]


FAULTS = {
    "late": (Reply("{}", delay_s=0.4), "no answer within"),
    "busy": (Reply(status=429, headers={"Retry-After": "0.01"}), "429"),
    "broken": (Reply(status=503), "503"),
    "no completion": (Reply(body='{"choices": [{"mess'), "not a chat completion"),
    "refused": (Reply(status=400), "400"),
    "broken JSON": (Reply('{"factual_alignment": 4, "interpr'), "no marks twice"),
    "out of range": (Reply(json.dumps({**marks(0).to_dict(), "factual_alignment": 9})), "no marks twice"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_trace_without_marks_fails_its_group_and_no_other(name: str) -> None:
    fault, reason = FAULTS[name]

    def answer(request: dict[str, Any], number: int) -> Reply:
        return fault if "high, 1." in str(request) else replace(by_number(request, number), delay_s=0.0)

    with StandIn(answer) as server:
        asked = judge(server, timeout_s=0.2)
        with pytest.raises(JudgeFailed, match=reason) as raised:
            asked.judge(group(trace(0), trace(1), trace(2)))
        assert KEY not in str(raised.value)
        assert asked.judge(group(trace(0), trace(2))) == [marks(0).scores(), marks(2).scores()]


def test_a_voice_of_which_nothing_was_measured_is_not_asked_about() -> None:
    for cues in (None, Cues()):
        with StandIn(by_number) as server, pytest.raises(JudgeFailed, match="nothing was measured"):
            judge(server).judge(group(trace(0), utterance=replace(UTTERANCE, cues=cues)))
        assert not server.requests


def test_in_the_total_a_failed_group_loses_the_term_and_is_counted() -> None:
    def answer(request: dict[str, Any], number: int) -> Reply:
        return Reply("what?") if "high, 7." in str(request) else by_number(request, number)

    with StandIn(answer) as server:
        options = {"weight": 0.5, "judge": judge(server), "schedule": "constant", "trust": False}
        rewards = Rewards({"reasoning": options})
        scored = rewards.score([group(trace(0), trace(1)), group(trace(1), trace(7))])
    assert scored.judge_failures == 1
    assert scored.parts["reasoning"][1].isnan().all()
    assert scored.total[1].tolist() == [0.0, 0.0]
    assert scored.total[0].tolist() == pytest.approx([0.5 * marks(i).scores().mean for i in (0, 1)])
    assert "fear" not in json.dumps(server.requests)


def test_a_wrong_key_ends_the_run_in_one_sentence_without_the_key() -> None:
    echo = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    with StandIn(lambda *_: Reply(status=401, body=echo)) as server, pytest.raises(ZooError) as raised:
        judge(server).judge(group(trace(0), trace(1)))
    assert "OPENAI_API_KEY" in str(raised.value)
    assert KEY not in repr(raised.value)


def test_without_a_key_it_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ZooError, match="OPENAI_API_KEY is not set"):
        judges.build("judge-api", {"model": "m"})
