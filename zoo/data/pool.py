"""Work over many files: in this process, or in spawned ones with few jobs in hand; results come as they are done."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

IN_HAND = 3  # jobs a worker has in hand: it never waits for the next, and a kill loses no more than these
J = TypeVar("J")
R = TypeVar("R")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Died:
    """The result of a job whose process ended without one: killed, out of memory, or crashed in a native library."""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def work(function: Callable[[J], R], jobs: Iterable[J], workers: int = 1) -> Iterator[tuple[J, R | Died]]:
    """The (job, result) of every job, as they come; `workers` < 2 works here and in order.

    `jobs` is read as it is needed. An exception of `function` is raised here. A job that ends its process is told by
    `Died`; the others in hand then are done again.
    """
    if workers < 2:
        for job in jobs:
            yield job, function(job)
        return
    waiting = iter(jobs)
    pool = _pool(workers)
    pending: dict[Future[R], J] = {}
    try:
        while True:
            lost: list[J] = []
            for job in islice(waiting, IN_HAND * workers - len(pending)):
                try:
                    pending[pool.submit(function, job)] = job
                except BrokenProcessPool:
                    lost.append(job)
            if not pending and not lost:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                job = pending.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(job)
                else:
                    yield job, future.result()
            if lost:  # one death breaks the whole pool; each job alone, the guilty one is found
                lost += [*pending.values()]
                pending.clear()
                pool.shutdown()
                for job in lost:
                    yield job, _alone(function, job)
                pool = _pool(workers)
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(function: Callable[[J], R], job: J) -> R | Died:
    with _pool(1) as pool:
        try:
            return pool.submit(function, job).result()
        except BrokenProcessPool:
            return Died()


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn: a fork of a process that has started torch's or ONNX Runtime's threads can hang
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """What a worker does first: one thread of its own, Ctrl-C is the parent's affair, and no life after the parent."""
    for name in ONE_THREAD:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
