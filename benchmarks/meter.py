"""Wall seconds, CPU seconds and peak memory of a step, by phase; read by our side and by other libraries' alike."""

import json
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def cpu_s() -> float:
    """CPU seconds this process has used, all its threads, in and out of the kernel."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rss_mb(peak: bool = False) -> float:
    """Resident memory of this process in MB (10^6 bytes), now or at its peak.

    From /proc, since `ru_maxrss` of a child starts from its parent's size.
    """
    key = "VmHWM:" if peak else "VmRSS:"
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1]) * 1_024 / 1e6
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e6


class Meter:
    """Collects steps; each is {"wall": s, "cpu": s, "wall/sampling": s, ...}."""

    def __init__(self) -> None:
        self.steps: list[dict[str, float]] = []
        self.phases: dict[str, float] = defaultdict(float)
        self.idle_mb = rss_mb()
        self.start = (time.perf_counter(), cpu_s())

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what happens inside towards `name` of the step that goes on; phases are not nested."""
        wall, cpu = time.perf_counter(), cpu_s()
        try:
            yield
        finally:
            self.phases["wall/" + name] += time.perf_counter() - wall
            self.phases["cpu/" + name] += cpu_s() - cpu

    def counted(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """`method`, counted towards the phase `name` whenever it is called."""

        def run(*args: Any, **kwargs: Any) -> Any:
            with self.phase(name):
                return method(*args, **kwargs)

        return run

    def step(self) -> None:
        """A step ends here and the next begins."""
        now = (time.perf_counter(), cpu_s())
        self.steps.append({"wall": now[0] - self.start[0], "cpu": now[1] - self.start[1], **self.phases})
        self.phases.clear()
        self.start = now

    def write(self, path: Path, warm_up: int) -> None:
        """Write the steps after the warm-up, and the memory, as JSON."""
        done = {"steps": self.steps[warm_up:], "peak_mb": rss_mb(peak=True), "idle_mb": self.idle_mb}
        path.write_text(json.dumps(done))
