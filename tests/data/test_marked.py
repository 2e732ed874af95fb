"""Marked traces: what is written is read again, and a malformed line is told by its number and costs no other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from zoo.acoustics.cues import Cues
from zoo.core.criteria import Marks
from zoo.core.errors import ZooError
from zoo.data.marked import Marked, read_marked, to_row, write_marked
from zoo.data.utterance import Utterance

CUES = Cues(pitch="high", energy="low", speed=None, intonation="falling", stressed_words=("door",))
TEXT = "<think>The pitch is high.</think><answer>angry</answer>"
MARKS = Marks(2, 3, 4.5, 5)


def marked(folder: Path, **changes: object) -> Marked:
    known = Utterance(
        audio_path=folder / "audio" / "a.wav",
        dataset="ravdess",
        speaker="x",
        emotion="sad",
        gender="female",
        transcription="Kids at the door.",
        language="en",
        sentence="1",
        cues=CUES,
    )
    return Marked(replace(known, **changes), TEXT, MARKS, "rules", {"invert": 0.5, "drop": 1.0})  # type: ignore[arg-type]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    rows = [
        marked(tmp_path),
        replace(marked(tmp_path), text="cut <think> off", damage={}, by="gpt-4o"),  # the same utterance once more
        marked(tmp_path, cues=None, gender=None, emotion=None),
        marked(tmp_path, cues=Cues()),
        marked(tmp_path, cues=Cues(stressed_words=())),
        marked(tmp_path, transcription='T\u00fcr \u2028 "auf"', language="de"),
    ]
    path = tmp_path / "marked.jsonl"
    write_marked(rows, path)
    assert read_marked(path) == (rows, [])


def test_a_line_has_the_released_names_and_a_path_that_moves_with_its_folder(tmp_path: Path) -> None:
    assert to_row(marked(tmp_path), tmp_path) == {
        "audio_path": "audio/a.wav",
        "dataset": "ravdess",
        "speaker": "x",
        "emotion": "sad",
        "transcription": "Kids at the door.",
        "sentence": "1",
        "language": "en",
        "gender": "female",
        "pitch_level": "high",
        "energy_level": "low",
        "speed_level": None,
        "intonation": "falling",
        "stressed_words": ("door",),
        "response": TEXT,
        "marks": {
            "factual_alignment": 2,
            "interpretative_quality": 3,
            "caption_completeness": 4.5,
            "fluency_and_structure": 5,
        },
        "by": "rules",
        "damage": {"invert": 0.5, "drop": 1.0},
    }
    write_marked([marked(tmp_path)], tmp_path / "deep.jsonl")
    there = tmp_path / "elsewhere"
    there.mkdir()
    (tmp_path / "deep.jsonl").rename(there / "deep.jsonl")
    (row,), _ = read_marked(there / "deep.jsonl")
    assert row.utterance.audio_path == there / "audio" / "a.wav"


def test_a_link_to_the_audio_is_kept_and_one_to_the_folder_is_followed(tmp_path: Path) -> None:
    """A reader takes paths from the file's real folder on."""
    real, store = tmp_path / "deep" / "down" / "real", tmp_path / "store"
    real.mkdir(parents=True)
    store.mkdir()
    (store / "a.wav").touch()
    (real / "audio").symlink_to(store)
    (tmp_path / "link").symlink_to(real)
    write_marked([marked(real)], tmp_path / "link" / "marked.jsonl")
    (row,), _ = read_marked(tmp_path / "link" / "marked.jsonl")
    assert row.utterance.audio_path == real / "audio" / "a.wav"
    assert row.utterance.audio_path.exists()


WRONG = {
    "no audio_path": {"audio_path": None},
    "no speaker": {"speaker": " "},
    "no response": {"response": ""},
    "no marks": {"marks": [1, 2, 3, 4]},
    'no "by"': {"by": None},
    "factual_alignment is missing": {"marks": {}},
    "fluency_and_structure is 6": {"marks": {**MARKS.to_dict(), "fluency_and_structure": 6}},
    "fluency_and_structure is nan": {"marks": {**MARKS.to_dict(), "fluency_and_structure": float("nan")}},
    "fluency_and_structure is '4'": {"marks": {**MARKS.to_dict(), "fluency_and_structure": "4"}},
    "damage is no mapping": {"damage": ["drop"]},
    "damage drop is 0": {"damage": {"drop": 0}},
    "damage drop is True": {"damage": {"drop": True}},
    "emotion is 3": {"emotion": 3},
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_malformed_line_is_told_by_its_number_and_costs_no_other(reason: str, tmp_path: Path) -> None:
    good = to_row(marked(tmp_path), tmp_path)
    path = tmp_path / "marked.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (good, {**good, **WRONG[reason]}, good)) + "\n")
    rows, (bad,) = read_marked(path)
    assert rows == [marked(tmp_path)] * 2
    assert bad.number == 2
    assert bad.reason.startswith(reason)


def test_lines_that_are_no_objects_are_told_too(tmp_path: Path) -> None:
    path = tmp_path / "marked.jsonl"
    good = json.dumps(to_row(marked(tmp_path), tmp_path)).encode()
    path.write_bytes(b"\n".join([b"{", b"[]", b"\xff", b"", b"[" * 100_000, good]))
    rows, bad = read_marked(path)
    assert len(rows) == 1
    told = [(line.number, line.reason) for line in bad]
    assert told[:3] == [(1, "not JSON"), (2, "not a JSON object"), (3, "not UTF-8 text")]
    assert [number for number, _ in told[3:]] == [5]


def test_nothing_left_is_an_error_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_text('{"audio_path": "a.wav"}\n[]\n')
    with pytest.raises(ZooError, match=r"line 1: no response; line 2: not a JSON object.*zoo\.mark"):
        read_marked(path)
    path.write_text("")
    with pytest.raises(ZooError, match="it is empty"):
        read_marked(path)
    with pytest.raises(ZooError, match="no manifest"):
        read_marked(tmp_path / "none.jsonl")
