"""zoo.mark: traces of either kind marked by a stand-in endpoint, appended and resumed; a dry run asks nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.standin import Reply, StandIn
from zoo import mark
from zoo.core.console import run_verb
from zoo.core.criteria import Marks
from zoo.core.errors import ZooError
from zoo.data.marked import Marked, read_marked, write_marked

pytest.importorskip("openai", reason="the openai package is an optional extra: pip install 'emotionthinker-zoo[api]'")
KEY = "sk-very-secret-0123456789"
ROOT = Path(__file__).resolve().parents[2]
MARKS = Marks(4, 2, 5, 3)
GOOD = Reply(json.dumps(MARKS.to_dict()))
ROW = {
    "audio_path": "wavs/a.wav",
    "speaker": "x",
    "dataset": "voices",
    "emotion": "fearful",
    "transcription": "Kids are talking.",
    "gender": "female",
    "age_level": "Elderly",
    "pitch_level": "high",
    "intonation": "too_short",
    "f0_median_hz": 311.5,
}
RESPONSE = "<think>Her pitch is high.</think><answer>angry</answer>"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def rows(n: int) -> list[dict[str, Any]]:
    return [{**ROW, "audio_path": f"wavs/{i}.wav", "response": RESPONSE} for i in range(n)]


def written(folder: Path, lines: list[Any]) -> Path:
    path = folder / "in.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def run(source: Path, out: Path, server: StandIn, *more: str) -> dict[str, Any]:
    return mark.main([str(source), str(out), "--by", "m", "--base-url", server.base_url, *more])


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_response_and_a_reasoning_come_out_marked(tmp_path: Path) -> None:
    reasoned = {**ROW, "audio_path": "wavs/b.wav", "reasoning": "It is high.", "reasoning_by": "gpt-4o"}
    source = written(tmp_path, [{**ROW, "response": RESPONSE, "reasoning": "Another."}, reasoned])
    (tmp_path / "far").mkdir()
    out = tmp_path / "far" / "out.jsonl"
    with StandIn(lambda *_: GOOD) as server:
        result = run(source, out, server)
    assert {name: result[name] for name in ("marked", "kept", "failed")} == {"marked": 2, "kept": 0, "failed": 0}
    marked, bad = read_marked(out)
    assert not bad
    by_name = {row.utterance.audio_path.name: row for row in marked}
    assert by_name["a.wav"].text == RESPONSE
    assert by_name["b.wav"].text == "<think>It is high.</think><answer>fearful</answer>"
    for row in marked:
        assert (row.marks, row.by, row.damage) == (MARKS, "m", {})
        assert row.utterance.audio_path.resolve().parent == tmp_path / "wavs"
        assert (row.utterance.speaker, row.utterance.emotion, row.utterance.gender) == ("x", "fearful", "female")
        assert row.utterance.cues is not None
        assert row.utterance.cues.known() == {"pitch": "high"}


def test_the_reference_is_not_told_and_what_was_measured_is(tmp_path: Path) -> None:
    with StandIn(lambda *_: GOOD) as server:
        run(written(tmp_path, rows(1)), tmp_path / "out.jsonl", server)
    said = json.dumps(server.requests)
    for known in ("pitch level: high", "age: elderly", "gender: female", "Her pitch is high"):
        assert known in said
    for hidden in ("fear", "0.wav", "311", "voices", "too_short"):
        assert hidden not in said


def test_a_dry_run_asks_nobody_needs_no_key_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    with StandIn(lambda *_: GOOD) as server:
        run(written(tmp_path, rows(2)), out, server)
        source = written(tmp_path, [*rows(7), "{", {**ROW, "response": "no trace"}, rows(1)[0]])
        before = sorted(tmp_path.iterdir()), out.read_bytes(), len(server.requests)
        capsys.readouterr()
        monkeypatch.delenv("OPENAI_API_KEY")
        monkeypatch.setitem(sys.modules, "openai", None)
        assert run(source, out, server, "--dry-run") == {"questions": 5}
        assert (sorted(tmp_path.iterdir()), out.read_bytes(), len(server.requests)) == before
    shown = capsys.readouterr()
    assert shown.out.count("--- wavs/") == shown.out.count("system: ") == shown.out.count("user: ") == mark.SHOWN
    assert "Her pitch is high" in shown.out
    assert "5 questions to m" in shown.err


def test_the_same_command_goes_on_and_a_line_cut_short_is_done_again(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with StandIn(lambda *_: GOOD) as server:
        run(written(tmp_path, rows(4)), out, server)
        out.write_bytes(out.read_bytes()[:-20])
        result = run(written(tmp_path, rows(6)), out, server)
        assert (result["marked"], result["kept"]) == (3, 3)
        assert len(server.requests) == 7
        assert len(read_marked(out)[0]) == 6
        changed = [{**row, "pitch_level": "low"} for row in rows(6)[:1]] + rows(6)[1:]
        assert run(written(tmp_path, changed), out, server)["marked"] == 1  # another fact, another question
        other = mark.main([str(tmp_path / "in.jsonl"), str(out), "--by", "n", "--base-url", server.base_url])
        assert other["marked"] == 6  # another marker, other marks
    assert {row.by for row in read_marked(out)[0]} == {"m", "n"}


def test_what_fails_is_kept_aside_with_its_reason_and_tried_again(tmp_path: Path) -> None:
    broken = [
        "{",
        {**ROW, "response": "<think>Cut"},
        {**ROW, "speaker": None, "response": RESPONSE},
        {**ROW, "emotion": None, "reasoning": "It is high."},
        {**ROW, "pitch_level": None, "response": RESPONSE},
        {**ROW, "response": RESPONSE, "duplicate_of": "b.wav"},
        {**ROW, "response": RESPONSE, "damage": {"drop": 2}},
    ]
    source, out = written(tmp_path, [*broken, *rows(2)]), tmp_path / "out.jsonl"
    with StandIn(lambda request, _: GOOD if "high" not in str(request) else Reply("five")) as server:
        with pytest.raises(ZooError, match=r"no trace of .* could be marked; .*out\.errors\.jsonl says why"):
            run(source, out, server)
        assert len(server.requests) == 4  # each of the two good rows, twice
    reasons = [row["reason"] for row in read(tmp_path / "out.errors.jsonl")]
    for told in ("not JSON", "think block", "no speaker", "no reasoning with", "nothing was", "damage drop", "twice"):
        assert sum(told in reason for reason in reasons) == (2 if told == "twice" else 1), told
    lines = [row["line"] for row in read(tmp_path / "out.errors.jsonl") if "line" in row]
    assert sorted(lines) == [1, 2, 3, 4, 5, 7]
    with StandIn(lambda *_: GOOD) as server:
        result = run(source, out, server)
    assert (result["marked"], result["failed"]) == (2, 6)


def test_a_busy_and_faulty_server_is_worked_through(tmp_path: Path) -> None:
    faults = [
        Reply(status=429, headers={"Retry-After": "0.05"}),
        Reply('{"factual_alignment": 4, "interp'),
        Reply(body='{"choices": [{"mess'),
        Reply(GOOD.text, delay_s=1.0),
    ]
    with StandIn(lambda _, n: faults[n // 5 % 4] if n % 5 == 0 else GOOD) as server:
        result = run(written(tmp_path, rows(20)), tmp_path / "out.jsonl", server, "--timeout", "0.5")
    assert (result["marked"], result["failed"]) == (20, 0)
    assert len(read_marked(tmp_path / "out.jsonl")[0]) == 20


def test_the_key_is_written_and_said_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    echo = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    for reply in (
        Reply(status=401, body=echo),
        Reply(status=400, body=echo),
        Reply(f'{{"factual_alignment": "{KEY}"}}'),
    ):
        with StandIn(lambda *_, reply=reply: reply) as server:
            source = written(tmp_path, rows(2))
            assert run_verb(lambda server=server, source=source: run(source, tmp_path / "out.jsonl", server)) == 2
    told = "".join(capfd.readouterr()) + "".join(path.read_text() for path in tmp_path.iterdir())
    assert "401" in told
    assert "OPENAI_API_KEY" in told
    assert "factual_alignment is no number" in told
    assert KEY not in told


def test_traces_marked_by_somebody_else_are_marked_anew(tmp_path: Path) -> None:
    """So that an LLM's marks can be held against those by rule."""
    first, second = tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    with StandIn(lambda *_: GOOD) as server:
        run(written(tmp_path, rows(1)), second, server)
        (row,), _ = read_marked(second)
        ruled = Marked(row.utterance, row.text, Marks(1, 1, 1, 1), "rules", {"drop": 0.5})
        write_marked([ruled], first)
        run(first, tmp_path / "again.jsonl", server)
    (again,), _ = read_marked(tmp_path / "again.jsonl")
    assert again == Marked(row.utterance, row.text, MARKS, "m", {"drop": 0.5})


def test_files_that_would_be_lost_are_refused(tmp_path: Path) -> None:
    source = written(tmp_path, rows(1))
    with StandIn(lambda *_: GOOD) as server:
        with pytest.raises(ZooError, match="while it is read"):
            run(source, source, server)
        errors = source.rename(tmp_path / "out.errors.jsonl")
        with pytest.raises(ZooError, match="while it is read"):
            run(errors, tmp_path / "out.jsonl", server)
        foreign = tmp_path / "foreign.jsonl"
        foreign.write_text(json.dumps(ROW) + "\n")
        with pytest.raises(ZooError, match="line 1 is not one of these"):
            run(errors, foreign, server)
        with pytest.raises(ZooError, match="a folder"):
            run(errors, tmp_path, server)
    assert not server.requests


def test_the_command_says_its_result_as_json_and_starts_without_torch(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    source, out = written(tmp_path, rows(2)), tmp_path / "out.jsonl"
    with StandIn(lambda *_: GOOD) as server:
        words = ["-m", "zoo.mark", source, out, "--by", "m", "--base-url", server.base_url, "--json"]
        done = subprocess.run([sys.executable, *map(str, words)], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result == {
        "marked": 2,
        "kept": 0,
        "failed": 0,
        "marks": str(out),
        "errors": str(tmp_path / "out.errors.jsonl"),
    }
    look = "import sys, zoo.mark, zoo.report.marks, zoo.text.api_marker; print({'torch', 'openai'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", look], env=env, capture_output=True, text=True).stdout == "set()\n"


def test_rules_mark_a_response_without_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    source, out = written(tmp_path, [{**ROW, "response": RESPONSE}, {**ROW, "response": "no trace"}]), tmp_path / "out"
    assert mark.main([str(source), str(out), "--by", "rules"])["failed"] == 1
    (found,), _ = read_marked(out)
    assert (found.marks.factual, found.marks.completeness, found.by) == (5, 5, "rules")  # pitch is all that is known


def test_damaged_traces_are_written_with_their_damage_and_come_out_the_same_twice(tmp_path: Path) -> None:
    source, out = written(tmp_path, rows(3)), tmp_path / "out.jsonl"
    assert mark.main([str(source), str(out), "--by", "rules", "--damaged", "8"])["marked"] == 24
    first = out.read_bytes()
    found, _ = read_marked(out)
    assert len({row.text for row in found}) > 12
    assert any(row.damage for row in found)
    assert any(not row.damage for row in found)
    mark.main([str(source), str(out), "--by", "rules", "--damaged", "8"])
    assert out.read_bytes() == first


@pytest.mark.parametrize("more", [["--by", "gpt", "--damaged", "2"], ["--by", "rules", "--dry-run"]])
def test_what_does_not_go_together_is_said(tmp_path: Path, more: list[str]) -> None:
    with pytest.raises(ZooError, match=r"--damaged goes with|leave out --dry-run"):
        mark.main([str(written(tmp_path, rows(1))), str(tmp_path / "out.jsonl"), *more])
