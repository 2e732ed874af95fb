"""Work over many jobs in processes; the jobs are plain functions, so that a worker starts quickly."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zoo.data.pool import Died, work

ROOT = Path(__file__).resolve().parents[2]


def double(number):
    return 2 * number


def die_at_seven(number):
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail_at_seven(number):
    if number == 7:
        raise ValueError("seven")
    return number


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_has_its_result(workers):
    assert sorted(work(double, range(50), workers)) == [(i, 2 * i) for i in range(50)]


def test_jobs_are_read_as_they_are_needed():
    taken = []

    def jobs():
        for i in range(1000):
            taken.append(i)
            yield i

    run = work(double, jobs(), 2)
    next(run)
    run.close()
    assert len(taken) < 20


def test_a_job_that_kills_its_process_is_told_and_the_others_are_done():
    found = dict(work(die_at_seven, range(20), 2))
    assert isinstance(found.pop(7), Died)
    assert found == {i: i for i in range(20) if i != 7}


def test_an_exception_of_the_function_is_raised():
    with pytest.raises(ValueError, match="seven"):
        list(work(fail_at_seven, range(20), 2))


def test_workers_do_not_outlive_a_killed_parent(tmp_path):
    code = (
        "import sys, os, time\nfrom zoo.data.pool import work\n"
        "def job(n):\n    open(f'{sys.argv[1]}/{os.getpid()}', 'w').close(); time.sleep(30)\n"
        "if __name__ == '__main__': list(work(job, range(4), 2))\n"
    )
    script = tmp_path / "main.py"
    script.write_text(code)
    pids = tmp_path / "pids"
    pids.mkdir()
    run = subprocess.Popen([sys.executable, script, pids], env={**os.environ, "PYTHONPATH": str(ROOT)})
    deadline = time.monotonic() + 30
    while len(os.listdir(pids)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    run.kill()
    run.wait()
    while any(alive(int(pid)) for pid in os.listdir(pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(int(pid)) for pid in os.listdir(pids))


def alive(pid):
    """Whether a process runs; one that has ended and is not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
