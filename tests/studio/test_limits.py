"""What one visitor may ask for, and what the server answers to others than this machine's own browser."""

import asyncio

import pytest

from zoo.core.errors import ZooError
from zoo.studio.limits import LARGEST_MB, Visitors
from zoo.studio.serving import LOOPBACK, Guard


def test_a_visitor_waits_after_too_many_requests_and_no_one_else_does():
    clock = [0.0]
    visitors = Visitors(a_minute=2, now=lambda: clock[0])
    visitors.enter("a")
    clock[0] = 10.0
    visitors.enter("a")
    with pytest.raises(ZooError, match="more than 2 requests in a minute; ask again in 50 s"):
        visitors.enter("a")
    visitors.enter("b")
    clock[0] = 60.0
    visitors.enter("a")


def ask(guard, method="GET", path="/", **headers):
    sent = []

    async def send(message):
        sent.append(message)

    rows = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": rows, "client": ("10.0.0.1", 1)}
    asyncio.run(guard(scope, None, send))
    return sent[0]


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})


def test_another_host_name_is_refused_and_the_browser_may_ask_this_server_alone():
    guard = Guard(app, Visitors(), LOOPBACK)
    for host in ("127.0.0.1:7860", "localhost", "[::1]:7860"):
        assert ask(guard, host=host)["status"] == 200
    assert ask(guard, host="evil.example:7860")["status"] == 421
    assert ask(guard)["status"] == 421
    policy = dict(ask(guard, host="localhost")["headers"])[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert ask(Guard(app, Visitors(), None), host="lab.example")["status"] == 200


def test_uploads_are_limited_in_size_and_number():
    guard = Guard(app, Visitors(a_minute=2), None)
    upload = {"method": "POST", "path": "/gradio_api/upload"}
    assert ask(guard, **upload, content_length=str((LARGEST_MB + 2) << 20))["status"] == 413
    assert ask(guard, **upload, content_length="12")["status"] == 200
    assert ask(guard, **upload)["status"] == 200
    assert ask(guard, **upload)["status"] == 429
    assert ask(guard)["status"] == 200
