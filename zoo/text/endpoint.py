"""One question to an OpenAI-compatible endpoint: patient with a busy server, plain about what cannot be mended.

    with Client(Endpoint(model="gpt-4o", base_url="http://localhost:8000/v1")) as client:
        text = client.ask([{"role": "user", "content": "..."}])

The key is read from the environment variable OPENAI_API_KEY and goes nowhere but into requests; the address is
`base_url`, else OPENAI_BASE_URL, else OpenAI's own. A client may be used by several threads at once.
"""

import json
import math
import os
import random
import time
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import Any, Self

from zoo.core.errors import ZooError
from zoo.text.breaker import Breaker
from zoo.text.collect import Failed

KEY = "OPENAI_API_KEY"
LONGEST_WAIT_S = 120.0  # before one retry; a server that asks for more gets its answer in a later run
LONGEST_BYTES = 4 << 20  # of one answer; four marks or a trace take some thousand
BACKOFF_LIMIT_S = 30.0  # where the server names no time
WRONG_FOR_ALL = {401: "the key is not accepted", 403: "access is refused", 404: "no such model or address"}
BUSY = (408, 409, 429)  # worth another try, like every 5xx
Message = dict[str, str]  # {"role": "system" | "user" | "assistant", "content": ...}


@dataclass(frozen=True)
class Endpoint:
    """Whom to ask and how patiently. What is None is not sent, since some models refuse it."""

    model: str
    base_url: str | None = None
    timeout_s: float = 60.0  # of one request, its last byte included
    tries: int = 5  # of one question, the first included
    backoff_s: float = 1.0  # before the second try; doubles with each further one
    temperature: float | None = None
    max_tokens: int | None = None


class AskFailed(Failed):
    """No answer to this question after all tries; its text is the reason, without the key."""

    unanswered = True


class Client:
    """Asks one endpoint. `close` wakes whoever waits for a retry.

    Raises:
        ZooError: if the `openai` package or the key is missing.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        try:
            import openai
        except ImportError:
            raise ZooError("asking an API needs the openai package; pip install 'emotionthinker-zoo[api]'") from None
        self._key = os.environ.get(KEY, "").strip()
        if not self._key:
            raise ZooError(f"{KEY} is not set; export your key, or any word for a local server that asks for none")
        self.endpoint, self._openai = endpoint, openai
        try:
            self._client = openai.OpenAI(
                api_key=self._key, base_url=endpoint.base_url, timeout=endpoint.timeout_s, max_retries=0
            )
        except Exception as error:  # the library lets its transport's errors through, such as for a malformed address
            raise ZooError(f"cannot use this endpoint: {self._clean(error)}; check base_url") from None
        self._closed, self._not_before_s, self._breaker = Event(), 0.0, Breaker()

    def ask(self, messages: list[Message]) -> str:
        """Return the answer's text, never empty.

        Raises:
            AskFailed: for this question alone: refused, or no usable answer in `tries` tries; at once while the
                endpoint has answered none of the last questions.
            ZooError: where every further question would fare the same (key, quota, model name).
        """
        if self._breaker.refuses():
            raise AskFailed("not asked: the endpoint has not answered for a while")
        for number in range(1, self.endpoint.tries + 1):
            self._wait(self._not_before_s - time.monotonic())
            try:
                text = self._answer(messages)
                self._breaker.answered()
                return text
            except _Retry as error:
                reason, wait_s = str(error), error.wait_s
            if number == self.endpoint.tries or (wait_s or 0.0) > LONGEST_WAIT_S:
                break
            if wait_s is None:
                ceiling_s = min(self.endpoint.backoff_s * 2 ** (number - 1), BACKOFF_LIMIT_S)
                self._wait(random.uniform(0.5, 1.0) * ceiling_s)  # apart, so that threads do not come back in step
            else:
                self._not_before_s = max(self._not_before_s, time.monotonic() + wait_s)  # it holds for every thread
        self._breaker.unanswered()
        raise AskFailed(f"{reason} ({number} tries)" if number > 1 else reason)

    def _answer(self, messages: list[Message]) -> str:
        openai = self._openai
        options = {"temperature": self.endpoint.temperature, "max_tokens": self.endpoint.max_tokens}
        given = {name: value for name, value in options.items() if value is not None}
        try:
            choice = self._read(model=self.endpoint.model, messages=messages, **given)["choices"][0]
            text = choice["message"]["content"]
        except openai.APITimeoutError:
            raise _Retry(f"no answer within {self.endpoint.timeout_s:g} s") from None
        except openai.APIStatusError as error:
            raise self._refused(error) from None
        except openai.APIConnectionError as error:
            raise _Retry(f"no connection: {self._clean(error.__cause__ or error)}") from None
        except (ValueError, TypeError, AttributeError, IndexError, KeyError, openai.OpenAIError):
            raise _Retry("the answer is not a chat completion") from None
        if not isinstance(text, str) or not text.strip():
            raise _Retry("the answer is empty")
        if choice.get("finish_reason") == "length":
            raise AskFailed("the answer was cut off; raise max_tokens")
        return text.strip()

    def _read(self, **question: Any) -> Any:
        """The answer's JSON. The library's time-out is of each read: one byte a second would go on for hours."""
        end_s, body = time.monotonic() + self.endpoint.timeout_s, b""
        with self._client.chat.completions.with_streaming_response.create(**question) as reply:
            for piece in reply.iter_bytes():
                body += piece
                if time.monotonic() > end_s:
                    raise _Retry(f"no whole answer within {self.endpoint.timeout_s:g} s")
                if len(body) > LONGEST_BYTES:
                    raise AskFailed(f"the answer is longer than {LONGEST_BYTES:,} bytes")
        return json.loads(body)

    def _refused(self, error: Any) -> Exception:
        status = error.status_code
        if status in WRONG_FOR_ALL:  # the server's own words stay out: they may hold part of the key
            return ZooError(f"the endpoint says {status}, {WRONG_FOR_ALL[status]}; check {KEY}, model and base_url")
        if getattr(error, "code", None) == "insufficient_quota":
            return ZooError("the endpoint says that the account's quota is used up; the same command goes on later")
        if status in BUSY or status >= 500:
            return _Retry(f"status {status}", _retry_after_s(error.response.headers))
        return AskFailed(f"status {status}: {self._clean(error)}")

    def _clean(self, error: object) -> str:
        return " ".join(str(error).replace(self._key, "[key]").split())[:300]

    def _wait(self, seconds: float) -> None:
        if self._closed.wait(max(0.0, seconds)):
            raise AskFailed("stopped")

    def close(self) -> None:
        """Let go of the connections; questions under way fail."""
        self._closed.set()
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Retry(Exception):  # noqa: N818
    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def _retry_after_s(headers: Any) -> float | None:
    """The seconds of a Retry-After header; None where it is missing or a date."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
