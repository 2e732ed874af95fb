"""The two passes over many rows: nothing holds them all, and what is known is found again."""

import gc
import json
import tracemalloc

import numpy as np
import pytest
import soundfile

from zoo.acoustics.annotation import annotate
from zoo.acoustics.wave import Wave
from zoo.acoustics.way import Way
from zoo.core.lines import dumps
from zoo.data.annotating import made_by, measure_missing, open_journal
from zoo.data.labelling import annotated
from zoo.data.references import Levels
from zoo.data.rows import BadLine, read_rows
from zoo.report.annotations import write_annotations

ROWS = 1200
WAY = Way()
WORDS = [{"word": f"word{i}", "start_s": 0.1 * i, "end_s": 0.1 * i + 0.1, "stress": 0.5} for i in range(40)]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A manifest of many rows whose measures are known; its audio is not there, and was not when they were taken."""
    folder = tmp_path_factory.mktemp("many")
    tone = np.sin(2 * np.pi * 150 * np.arange(16_000) / 16_000).astype(np.float32)
    found = annotate(Wave(0.1 * tone)).to_dict() | {"words": WORDS}
    manifest = folder / "in.jsonl"
    with manifest.open("w") as file:
        for i in range(ROWS):
            row = {"audio_path": f"{i}.wav", "dataset": f"d{i % 3}", "speaker": f"s{i % 50}", "emotion": "sad"}
            file.write(json.dumps(row) + "\n")
    with (folder / "out.measures.jsonl").open("w") as file:
        for row in read_rows(manifest):
            line = {"key": row.key, "made_by": made_by(WAY), "size": None, "mtime_ns": None, "sha256": None}
            file.write(dumps({**found, **line, "energy_dbfs": -20.0 - row.number % 90, "cost_s": 0.01}) + "\n")
    return manifest


def both_passes(many, out):
    with open_journal(out, WAY) as journal:
        assert measure_missing(many, journal, 1, WAY).todo == 0
        levels = Levels(by_speaker=True)
        levels.gather(many, journal)
        return write_annotations(many, out, journal, levels, offline=False)


def traced_peak(many, out):
    gc.collect()
    tracemalloc.start()
    try:
        return both_passes(many, out), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_pass_holds_the_rows(many):
    """A row's line here has 5 kB; the index, the distributions and the counts of the report take 1.3 kB of memory."""
    out = many.parent / "out.jsonl"
    both_passes(many, out)  # what the passes import is not what they hold
    tally, first = traced_peak(many, out)
    # The trace hears every thread of the process; what the passes themselves hold is there each time.
    peak = min(first, traced_peak(many, out)[1])
    assert tally.annotated == ROWS
    assert (many.parent / "out.measures.jsonl").stat().st_size > 4000 * ROWS
    assert peak < 1800 * ROWS


def test_rows_come_out_in_the_order_of_the_manifest(many):
    out = many.parent / "out.jsonl"
    with open_journal(out, WAY) as journal:
        levels = Levels()
        levels.gather(many, journal)
        numbers = [one.row.number for one in annotated(many, journal, levels, out)]
    assert numbers == list(range(1, ROWS + 1))


def test_measures_by_another_version_do_not_count(many, monkeypatch):
    monkeypatch.setattr("zoo.acoustics.annotation.VERSION", "0.0")
    with open_journal(many.parent / "out.jsonl", WAY) as journal:
        assert len(journal) == 0


def test_a_file_that_ends_its_process_is_told_and_tried_again(tmp_path, monkeypatch):
    tone = 0.1 * np.sin(2 * np.pi * 150 * np.arange(16_000) / 16_000)
    soundfile.write(tmp_path / "a.wav", tone, 16_000)
    (tmp_path / "in.jsonl").write_text('{"audio_path": "a.wav"}\n')
    from zoo.data import annotating
    from zoo.data.pool import Died

    with monkeypatch.context() as patch:
        patch.setattr(annotating, "work", lambda function, jobs, workers: ((job, Died()) for job in jobs))
        with open_journal(tmp_path / "out.jsonl", WAY) as journal:
            assert measure_missing(tmp_path / "in.jsonl", journal, 1, WAY).failed == 1
    with open_journal(tmp_path / "out.jsonl", WAY) as journal:
        (row,) = read_rows(tmp_path / "in.jsonl")
        assert "ended the process" in journal.read(row)["error"]
        done = measure_missing(tmp_path / "in.jsonl", journal, 1, WAY)
        assert (done.done, done.failed) == (1, 0)
        assert journal.read(row)["f0_median_hz"] == pytest.approx(150, abs=2)


def test_whatever_a_library_raises_about_one_file_ends_no_run(tmp_path, monkeypatch):
    tone = 0.1 * np.sin(2 * np.pi * 150 * np.arange(16_000) / 16_000)
    soundfile.write(tmp_path / "a.wav", tone, 16_000)
    (tmp_path / "in.jsonl").write_text('{"audio_path": "a.wav"}\n')
    with monkeypatch.context() as patch, open_journal(tmp_path / "out.jsonl", WAY) as journal:
        patch.setattr("zoo.acoustics.annotation.annotate", lambda *_: [][0])
        assert measure_missing(tmp_path / "in.jsonl", journal, 1, WAY).failed == 1
        (row,) = read_rows(tmp_path / "in.jsonl")
        assert "cannot be measured: IndexError" in journal.read(row)["error"]
    with open_journal(tmp_path / "out.jsonl", WAY) as journal:
        assert measure_missing(tmp_path / "in.jsonl", journal, 1, WAY).failed == 0, "it is tried again"


def test_a_key_holds_what_measures_depend_on_and_nothing_else(tmp_path):
    rows = [
        {"audio_path": "a.wav"},
        {"audio_path": "b.wav", "transcript": "One.", "language": "EN"},
        {"audio_path": "b.wav", "text": "One.", "emotion": "sad", "speaker": 3},
        {"audio_path": "b.wav", "text": "Two."},
        {"audio_path": "b.wav", "text": "One.", "language": "de"},
        {"audio_path": "b.wav", "text": "One.", "speaker_gender": "F"},
    ]
    keys = []
    for row in rows:
        (tmp_path / "in.jsonl").write_text("\ufeff\n" + json.dumps(row) + "\r\n", encoding="utf-8")
        (found,) = read_rows(tmp_path / "in.jsonl")
        assert not isinstance(found, BadLine)
        keys.append(found.key)
    assert keys[1] == keys[2]
    assert len(set(keys)) == 5
