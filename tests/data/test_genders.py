"""Gender as the manifest says, else as all clips of a speaker together, else as the clip."""

import json

import pytest

from zoo.acoustics.way import Way
from zoo.core.lines import dumps
from zoo.data.annotating import made_by, open_journal
from zoo.data.genders import Genders
from zoo.data.rows import read_rows

WAY = Way()


@pytest.fixture
def journal(tmp_path):
    """Rows of three speakers, and lines that hold what the clips say: (row, gender of the clip, log odds)."""
    rows = [
        ({"speaker": "a"}, "male", -3.0),
        ({"speaker": "a"}, "female", 4.0),
        ({"speaker": "a"}, None, 2.0),
        ({"speaker": "b"}, "male", -5.0),
        ({"speaker": "c", "gender": "m"}, "female", 9.0),
        ({"speaker": "c"}, None, -0.5),
        ({}, "female", 3.0),
        ({}, None, 0.1),
    ]
    with (tmp_path / "in.jsonl").open("w") as file:
        for i, (row, _, _) in enumerate(rows):
            file.write(json.dumps({"audio_path": f"{i}.wav", **row}) + "\n")
    found = list(read_rows(tmp_path / "in.jsonl"))
    with (tmp_path / "out.measures.jsonl").open("w") as file:
        for row, (_, gender, logit) in zip(found, rows, strict=True):
            line = {"key": row.key, "made_by": made_by(WAY), "gender": gender, "female_logit": logit}
            file.write(dumps(line) + "\n")
    with open_journal(tmp_path / "out.jsonl", WAY) as journal:
        yield tmp_path / "in.jsonl", found, journal


def test_clips_of_a_speaker_vote_and_the_manifest_counts_more(journal):
    manifest, rows, measures = journal
    genders = Genders()
    genders.gather(manifest, measures)
    assert [genders.of(row, measures.read(row)) for row in rows] == [
        *[("female", "speaker's clips")] * 3,
        ("male", "clip"),
        ("male", "manifest"),
        (None, None),
        ("female", "clip"),
        (None, None),
    ]
