import json
import os
import subprocess
import sys

import pytest

from zoo.core.errors import ZooError
from zoo.core.lines import Appender, dumps, read_at, read_lines, replaced


def test_what_is_appended_is_read_back_by_offset(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = [{"word": "naïve", "n": i} for i in range(3)]
    with Appender(path) as file:
        offsets = [file.write(row) for row in rows]
    assert list(read_lines(path)) == list(zip(offsets, rows, strict=True))
    with path.open("rb") as file:
        assert [read_at(file, offset) for offset in reversed(offsets)] == rows[::-1]


@pytest.mark.parametrize("torn", [b'{"n": 2', b"\xc3", b"x" * 200_000])
def test_a_torn_last_line_is_dropped_and_nothing_else(tmp_path, torn):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n' + torn)
    assert [row for _, row in read_lines(path)] == [{"n": 1}]
    with Appender(path) as file:
        file.write({"n": 3})
    assert path.read_bytes() == b'{"n": 1}\n{"n": 3}\n'


def test_a_file_of_one_torn_line_and_lines_that_are_no_objects(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n"')
    Appender(path).__exit__()
    assert path.read_bytes() == b""
    path.write_bytes(b'[1]\nno json\n\n{"n": 1}\n')
    assert list(read_lines(path)) == [(13, {"n": 1})]
    assert list(read_lines(tmp_path / "none.jsonl")) == []


def test_a_line_is_with_the_system_before_the_file_is_closed(tmp_path):
    file = Appender(tmp_path / "a.jsonl")
    file.write({"n": 1})
    assert (tmp_path / "a.jsonl").read_text() == '{"n": 1}\n'
    file.__exit__()


def test_two_processes_do_not_append_to_one_file(tmp_path):
    path = tmp_path / "a.jsonl"
    code = "import sys; from pathlib import Path; from zoo.core.lines import Appender; Appender(Path(sys.argv[1]))"
    with Appender(path):
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert "another process is writing" in done.stderr
    with Appender(path):
        pass


def test_a_file_is_replaced_at_the_end_or_not_at_all(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("old\n")

    def fail():
        with replaced(path) as file:
            file.write("half of the n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "old\n"
    with replaced(path) as file:
        file.write("new\n")
        assert path.read_text() == "old\n"
    assert path.read_text() == "new\n"
    assert os.listdir(tmp_path) == ["a.jsonl"]


def test_the_same_content_leaves_the_file_alone(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("same\n")
    os.utime(path, ns=(1, 1))
    with replaced(path) as file:
        file.write("same\n")
    assert path.stat().st_mtime_ns == 1
    assert os.listdir(tmp_path) == ["a.jsonl"]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(ZooError, match="cannot be written"), replaced(tmp_path / "none" / "a") as file:
        file.write("x")
    with pytest.raises(ZooError, match="cannot be written"):
        Appender(tmp_path)


def test_what_json_does_not_know_is_null():
    assert json.loads(dumps({"a": float("nan"), "b": [float("inf"), 1.5], "c": "ä"})) == {
        "a": None,
        "b": [None, 1.5],
        "c": "ä",
    }
