"""What one visitor may ask for: so many bytes, seconds and requests, so that others get their turn."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

from zoo.core.errors import ZooError

LARGEST_MB = 25  # of an upload: ten minutes at 16 kHz and 16 bits are 19
LONGEST_S = 600.0  # of a recording, the longest that the zoo reads
LONGEST_WORDS = 5_000  # characters of a transcript: ten minutes of fast speech and some
A_MINUTE = 20  # requests of one visitor; a person who listens to the answers asks for fewer
WINDOW_S = 60.0
WAITING = 20  # requests that may stand in the queue
KNOWN = 10_000  # visitors that are remembered; of more, those who have not come for longest are forgotten


class Visitors:
    """Counts the requests of each visitor over the last minute."""

    def __init__(self, a_minute: int = A_MINUTE, now: Callable[[], float] = time.monotonic) -> None:
        self.a_minute, self.now = a_minute, now
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()  # visitors come in threads of their own

    def enter(self, visitor: str) -> None:
        """Count a request of a visitor; a `ZooError` with the seconds to wait where there were too many."""
        with self._lock:
            asked = self._asked.setdefault(visitor, deque())
            self._asked.move_to_end(visitor)
            if len(self._asked) > KNOWN:
                self._asked.popitem(last=False)
            while asked and asked[0] <= self.now() - WINDOW_S:
                asked.popleft()
            if len(asked) >= self.a_minute:
                wait_s = asked[0] + WINDOW_S - self.now()
                raise ZooError(f"more than {self.a_minute} requests in a minute; ask again in {wait_s:.0f} s")
            asked.append(self.now())
