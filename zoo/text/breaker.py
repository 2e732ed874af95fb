"""A circuit breaker: an endpoint that does not answer is left alone for a while, and not waited for again and again."""

import threading
import time

FAILURES = 5  # questions in a row that got no answer after all their tries
REST_S = 60.0  # until one question is let through again


class Breaker:
    """Counts unanswered questions of all threads. Open, it lets one question through in `rest_s` seconds."""

    def __init__(self, failures: int = FAILURES, rest_s: float = REST_S) -> None:
        self.failures, self.rest_s = failures, rest_s
        self._in_a_row, self._until_s = 0, 0.0
        self._lock = threading.Lock()

    def refuses(self) -> bool:
        """Whether a question is not to be asked now. The one that is let through when the rest is over is a trial."""
        with self._lock:
            if self._in_a_row < self.failures:
                return False
            if time.monotonic() < self._until_s:
                return True
            self._until_s = time.monotonic() + self.rest_s
            return False

    def answered(self) -> None:
        """The endpoint is there."""
        with self._lock:
            self._in_a_row = 0

    def unanswered(self) -> None:
        """One more question without an answer."""
        with self._lock:
            self._in_a_row += 1
            self._until_s = time.monotonic() + self.rest_s
