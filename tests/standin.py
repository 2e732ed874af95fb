"""A local stand-in for an OpenAI-compatible endpoint that answers as a test says, faults included."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server sends: a chat completion holding `text`, or `body` as it is, after `delay_s`."""

    text: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    delay_s: float = 0.0
    drip_s: float = 0.0  # between two bytes
    finish_reason: str = "stop"

    def payload(self) -> bytes:
        if self.body is not None:
            return self.body.encode()
        if self.status != 200:
            return json.dumps({"error": {"message": f"status {self.status}", "code": None}}).encode()
        message = {"role": "assistant", "content": self.text}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        made = {"id": "x", "object": "chat.completion", "created": 0, "model": "standin", "choices": [choice]}
        return json.dumps(made).encode()


class StandIn(AbstractContextManager["StandIn"]):
    """`answer(request, number)` gives the reply to the n-th request, counted from 0; requests are kept."""

    def __init__(self, answer: Callable[[dict[str, Any], int], Reply]) -> None:
        standin = self
        self.requests: list[dict[str, Any]] = []
        self.times_s: list[float] = []
        self.authorisations: list[str | None] = []
        self.in_flight = self.most_in_flight = 0
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with standin._lock:
                    number = len(standin.requests)
                    standin.requests.append(request)
                    standin.times_s.append(time.monotonic())
                    standin.authorisations.append(self.headers.get("Authorization"))
                    standin.in_flight += 1
                    standin.most_in_flight = max(standin.most_in_flight, standin.in_flight)
                reply = answer(request, number)
                time.sleep(reply.delay_s)
                with standin._lock:
                    standin.in_flight -= 1
                try:
                    self.send_response(reply.status)
                    for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.payload())))
                    self.end_headers()
                    for piece in [reply.payload()] if not reply.drip_s else map(bytes, zip(reply.payload())):
                        self.wfile.write(piece)
                        time.sleep(reply.drip_s)
                except OSError:  # the client did not wait
                    pass

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "StandIn":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
