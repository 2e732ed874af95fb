"""One question: retries where they help, an end to them, one sentence where nothing helps, and the key stays secret."""

import json
import sys
import threading
import time

import pytest

from tests.standin import Reply, StandIn
from zoo.core.errors import ZooError
from zoo.text.breaker import Breaker
from zoo.text.endpoint import AskFailed, Client, Endpoint

pytest.importorskip("openai", reason="the openai package is an optional extra: pip install 'emotionthinker-zoo[api]'")
KEY = "sk-very-secret-0123456789"
ASK = [{"role": "user", "content": "hello"}]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def endpoint(server: StandIn, **changes: object) -> Endpoint:
    return Endpoint(**{"model": "m", "base_url": server.base_url, "backoff_s": 0.01, "timeout_s": 5.0} | changes)  # type: ignore[arg-type]


def ask(*replies: Reply, **changes: object) -> tuple[str, StandIn]:
    server = StandIn(lambda request, number: replies[min(number, len(replies) - 1)])
    with server, Client(endpoint(server, **changes)) as client:
        return client.ask(ASK), server


def test_a_good_answer_needs_one_request_that_holds_what_was_set() -> None:
    text, server = ask(Reply("  fine\n"), temperature=0.5, max_tokens=7)
    assert text == "fine"
    assert server.requests == [{"model": "m", "messages": ASK, "temperature": 0.5, "max_tokens": 7}]
    assert server.authorisations == [f"Bearer {KEY}"]


BROKEN = {
    "500": Reply(status=500),
    "503": Reply(status=503),
    "429": Reply(status=429),
    "408": Reply(status=408),
    "no JSON": Reply(body="<html>busy</html>"),
    "cut JSON": Reply(body='{"choices": [{"mess'),
    "a list": Reply(body="[]"),
    "no choices": Reply(body='{"choices": []}'),
    "null choices": Reply(body='{"choices": null}'),
    "no message": Reply(body='{"choices": [{"index": 0}]}'),
    "null text": Reply(None),
    "blank text": Reply(" \n "),
    "a number": Reply(body='{"choices": [{"index": 0, "message": {"content": 3}}]}'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_may_pass_is_tried_again(name: str) -> None:
    text, server = ask(BROKEN[name], BROKEN[name], Reply("fine"))
    assert text == "fine"
    assert len(server.requests) == 3


@pytest.mark.parametrize("name", BROKEN)
def test_tries_have_an_end(name: str) -> None:
    with pytest.raises(AskFailed, match=r"\(3 tries\)"):
        ask(BROKEN[name], tries=3)


def test_a_server_that_does_not_answer_in_time_is_asked_again() -> None:
    text, server = ask(Reply("late", delay_s=0.6), Reply("fine"), timeout_s=0.2)
    assert text == "fine"
    assert len(server.requests) == 2
    with pytest.raises(AskFailed, match=r"no answer within 0\.1 s \(2 tries\)"):
        ask(Reply("late", delay_s=0.4), timeout_s=0.1, tries=2)


def test_the_wait_doubles_and_retry_after_is_kept() -> None:
    _, server = ask(Reply(status=429, headers={"Retry-After": "0.5"}), Reply("fine"))
    assert server.times_s[1] - server.times_s[0] >= 0.5
    _, server = ask(*[Reply(status=500)] * 3, Reply("fine"), backoff_s=0.1)
    waits = [b - a for a, b in zip(server.times_s, server.times_s[1:], strict=False)]
    assert [wait >= least for wait, least in zip(waits, (0.05, 0.1, 0.2), strict=True)] == [True] * 3


def test_a_wait_beyond_reason_is_a_failure_at_once() -> None:
    with pytest.raises(AskFailed, match="status 429"):
        ask(Reply(status=429, headers={"Retry-After": "86400"}))
    assert ask(Reply(status=429, headers={"Retry-After": "soon"}), Reply("fine"))[0] == "fine"


def test_retry_after_holds_for_every_thread() -> None:
    """One thread is told to wait; another that starts then waits as well."""
    replies = [Reply(status=429, headers={"Retry-After": "0.4"})]
    server = StandIn(lambda request, number: replies[number] if number < 1 else Reply("fine"))
    with server, Client(endpoint(server)) as client:
        first = threading.Thread(target=client.ask, args=(ASK,))
        first.start()
        while client._not_before_s == 0.0:
            first.join(0.01)
        client.ask(ASK)
        first.join()
    assert min(server.times_s[1:]) - server.times_s[0] >= 0.4


@pytest.mark.parametrize(("status", "told"), [(401, "key"), (403, "refused"), (404, "no such model")])
def test_what_no_question_will_survive_ends_the_run(status: int, told: str) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    with pytest.raises(ZooError, match=told) as raised:
        ask(Reply(status=status, body=body))
    assert KEY not in str(raised.value)


def test_a_used_up_quota_is_no_busy_server() -> None:
    with pytest.raises(ZooError, match="quota"):
        ask(Reply(status=429, body='{"error": {"message": "pay", "code": "insufficient_quota"}}'))


def test_a_refused_question_is_not_repeated_and_its_reason_hides_the_key() -> None:
    server = StandIn(lambda *_: Reply(status=400, body=json.dumps({"error": {"message": f"bad {KEY}"}})))
    with server, Client(endpoint(server)) as client, pytest.raises(AskFailed, match="status 400") as raised:
        client.ask(ASK)
    assert len(server.requests) == 1
    assert KEY not in str(raised.value)
    assert "[key]" in str(raised.value)


def test_an_answer_that_was_cut_off_is_none() -> None:
    with pytest.raises(AskFailed, match="max_tokens"):
        ask(Reply("half a", finish_reason="length"))


def test_nobody_there() -> None:
    nobody = Endpoint("m", "http://127.0.0.1:9/v1", tries=2, backoff_s=0.01)
    with Client(nobody) as client, pytest.raises(AskFailed, match="no connection"):
        client.ask(ASK)


def test_the_address_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn(lambda *_: Reply("fine")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with Client(Endpoint("m")) as client:
            assert client.ask(ASK) == "fine"


def test_without_a_key_or_the_package_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " ")
    with pytest.raises(ZooError, match="OPENAI_API_KEY is not set"):
        Client(Endpoint("m"))
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ZooError, match=r"pip install 'emotionthinker-zoo\[api\]'"):
        Client(Endpoint("m"))


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises((ZooError, AskFailed)), Client(Endpoint("m", "http://[bad", tries=1)) as client:
        client.ask(ASK)


def test_close_wakes_who_waits() -> None:
    with StandIn(lambda *_: Reply(status=429, headers={"Retry-After": "60"})) as server:
        client = Client(endpoint(server))
        reasons: list[str] = []

        def wait() -> None:
            try:
                client.ask(ASK)
            except AskFailed as error:
                reasons.append(str(error))

        thread = threading.Thread(target=wait)
        thread.start()
        while client._not_before_s == 0.0:
            thread.join(0.01)
        client.close()
        thread.join(5)
    assert reasons == ["stopped"]


def test_an_answer_that_drips_is_not_waited_for() -> None:
    began_s = time.monotonic()
    with pytest.raises(AskFailed, match=r"no whole answer within 0\.3 s"):
        ask(Reply("a" * 200, drip_s=0.05), timeout_s=0.3, tries=1)
    assert time.monotonic() - began_s < 3


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoo.text.endpoint.LONGEST_BYTES", 1000)
    with pytest.raises(AskFailed, match="longer than 1,000 bytes"):
        ask(Reply("a" * 5000))


def test_an_endpoint_that_never_answers_is_left_alone_until_a_trial_gets_through() -> None:
    down = threading.Event()
    down.set()
    server = StandIn(lambda request, number: Reply(status=503) if down.is_set() else Reply("fine"))
    with server, Client(endpoint(server, tries=2)) as client:
        client._breaker = Breaker(failures=3, rest_s=0.2)
        for _ in range(3):
            with pytest.raises(AskFailed, match="503"):
                client.ask(ASK)
        asked = len(server.requests)
        assert asked == 6
        with pytest.raises(AskFailed, match="not asked: the endpoint has not answered for a while"):
            client.ask(ASK)
        assert len(server.requests) == asked
        time.sleep(0.25)
        with pytest.raises(AskFailed, match="503"):  # the trial
            client.ask(ASK)
        with pytest.raises(AskFailed, match="not asked"):
            client.ask(ASK)
        down.clear()
        time.sleep(0.25)
        assert client.ask(ASK) == "fine"
        assert client.ask(ASK) == "fine"
