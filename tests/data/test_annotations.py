"""Annotated corpora: fields as they are, aliases, malformed lines by number, and rows that nobody signed."""

import json

import pytest

from tests.corpus import write_corpus
from tests.data.test_measured import utterance
from zoo.acoustics.cues import Cues
from zoo.core.errors import ZooError
from zoo.core.sections import Data
from zoo.data.annotations import Annotations
from zoo.data.loader import SpeechData
from zoo.data.measured import measured
from zoo.data.mix import Mix

ROWS = [
    {"audio_path": "a.wav", "speaker": "x", "gt": "angry", "pitch_level": "High", "reasoning": "Loud."},
    {"audio_path": "b.wav", "speaker": "y", "gt": "sad", "intonation": "too_short", "stressed_words": ["door"]},
    {"audio_path": "c.wav", "speaker": "z", "gt": "sad", "speed_level": 3},
]


def write(folder, rows, name="voices.jsonl"):
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return str(path)


def test_cues_and_reasoning_are_used_as_they_are(tmp_path):
    corpus = Annotations(write(tmp_path, ROWS), test_speakers=["z"])
    first, second = corpus.train()
    assert (first.cues, first.reasoning, first.emotion) == (Cues(pitch="high"), "Loud.", "angry")
    assert second.cues == Cues(stressed_words=("door",))
    assert corpus.test()[0].cues == Cues()
    assert corpus.split_id == "voices:test=z"


def test_they_are_not_measured_over(tmp_path):
    given = utterance(tmp_path / "a.wav")
    annotated = Annotations(write(tmp_path, [ROWS[0]]), train_only=True).train()
    assert measured(annotated).utterances[0].cues == Cues(pitch="high")
    assert measured([given]).utterances[0].cues.pitch is None


def test_rows_without_a_speaker_are_for_training_alone(tmp_path):
    rows = [{k: v for k, v in row.items() if k != "speaker"} for row in ROWS]
    corpus = Annotations(write(tmp_path, rows), train_only=True)
    assert len(corpus.train()) == 3
    assert corpus.test() == []
    assert corpus.split_id == "voices:test=none"
    with pytest.raises(ZooError, match="3 malformed lines"):
        Annotations(write(tmp_path, rows))


def test_they_train_beside_a_corpus_that_is_tested(tmp_path):
    manifest = write_corpus(tmp_path)
    rows = [
        {**json.loads(line), "speaker": None, "speed_level": "slow"} for line in manifest.read_text().splitlines()[:6]
    ]
    annotated = {"name": "annotations", "path": write(tmp_path, rows, "cot.jsonl"), "train_only": True}
    corpus = Mix([{"name": "manifest", "path": str(manifest), "test_speakers": ["s0"]}, annotated])
    data = SpeechData(corpus, Data("mix"), steps=1, seed=0)
    data.setup()
    assert [len(data.train_utterances), len(data.test_utterances)] == [24 + 6, 6]
    assert {u.cues.speed for u in data.train_utterances if u.speaker == "unknown"} == {"slow"}


def test_malformed_lines_are_told_with_their_numbers(tmp_path):
    rows = [*ROWS, "{", {"audio_path": "d.wav", "speaker": "x", "reasoning": ["no"]}]
    with pytest.raises(ZooError, match=r"line 4: not JSON; line 5: reasoning is \['no'\], not text"):
        Annotations(write(tmp_path, rows))
