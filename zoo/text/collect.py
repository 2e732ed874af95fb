"""Many jobs, a few at a time: each result is appended as it comes, failures are kept aside, and a new run goes on.

A job is a JSON object and so is its result. `key` reads the same name from either, which is how a run knows what an
earlier one has done; a failed job is tried again.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.core.errors import ZooError
from zoo.core.lines import Appender

Job = dict[str, Any]
IN_FLIGHT = 8
GIVE_UP_AFTER = 25  # unanswered questions in a row: the endpoint is down, and each costs minutes of retries


class Failed(Exception):  # noqa: N818
    """This job alone failed; the text is the reason that is kept."""

    unanswered = False


@dataclass
class Counts:
    """Jobs of this run: done, failed, and left out since an earlier run had done them."""

    done: int = 0
    failed: int = 0
    skipped: int = 0


def collect(
    jobs: Iterable[Job],
    work: Callable[[Job], Job],
    out: Path,
    errors: Path,
    key: Callable[[Job], str],
    in_flight: int = IN_FLIGHT,
    progress: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Run `work` on every job that `out` does not hold yet, in up to `in_flight` threads, in any order.

    `jobs` is read as it is needed. A `Failed` goes to `errors` as the job with its "reason"; that file is begun anew
    each time, as what failed before is tried again. `work` runs in threads and must allow it.

    Raises:
        ZooError: if `out` holds foreign lines, if `work` says so, or after 25 unanswered questions in a row. What was
            done by then is in the file.
    """
    if in_flight < 1:
        raise ZooError(f"{in_flight} questions in flight get nowhere; give 1 or more")
    seen = finished(out, key)
    with Appender(out) as good:
        errors.unlink(missing_ok=True)  # only now: another process may be at work on both files
        with Appender(errors) as bad:
            results = _Results(good, bad, progress)
            _run(fresh(jobs, key, seen, results.counts), work, results, in_flight)
    return results.counts


def fresh(jobs: Iterable[Job], key: Callable[[Job], str], seen: set[str], counts: Counts) -> Iterator[Job]:
    """Pass on the jobs that neither an earlier run nor this one has had."""
    for job in jobs:
        name = key(job)
        if name in seen:
            counts.skipped += 1
        else:
            seen.add(name)
            yield job


def _run(jobs: Iterable[Job], work: Callable[[Job], Job], results: "_Results", in_flight: int) -> None:
    pending: dict[Future[Job], Job] = {}
    pool = ThreadPoolExecutor(max_workers=in_flight)
    try:
        for job in jobs:
            pending[pool.submit(work, job)] = job
            while len(pending) >= in_flight:
                results.settle(pending)
        while pending:
            results.settle(pending)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Results:
    """Writes down what has become of jobs."""

    def __init__(self, good: Appender, bad: Appender, progress: Callable[[Counts], None]) -> None:
        self.good, self.bad, self.progress, self.counts = good, bad, progress, Counts()
        self._unanswered_in_a_row = 0

    def settle(self, pending: dict[Future[Job], Job]) -> None:
        """Wait for one job at least, and take all that have ended out of `pending`."""
        ended, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in ended:
            job = pending.pop(future)
            try:
                self.good.write(future.result())
            except Failed as error:
                self.bad.write({**job, "reason": str(error)})
                self.counts.failed += 1
                self._unanswered_in_a_row = self._unanswered_in_a_row + 1 if error.unanswered else 0
                if self._unanswered_in_a_row >= GIVE_UP_AFTER:
                    raise ZooError(f"{GIVE_UP_AFTER} questions in a row had no answer, the last: {error}") from None
            else:
                self.counts.done += 1
                self._unanswered_in_a_row = 0
            self.progress(self.counts)


def finished(out: Path, key: Callable[[Job], str]) -> set[str]:
    """Return the keys of what a file of results holds; a last line that a kill cut short does not count.

    Raises:
        ZooError: if another line is not a JSON object with a key.
    """
    names: set[str] = set()
    if not out.exists():
        return names
    with out.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break
            try:
                names.add(key(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError):
                raise ZooError(f"{out} line {number} is not one of these results; name another file") from None
    return names
