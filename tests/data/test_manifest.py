import json

import pytest

from zoo.core.errors import ZooError
from zoo.data.manifest import Manifest, read_manifest


def manifest(folder, rows, name="calls.jsonl"):
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n")
    return str(path)


def rows(speakers="abcdefghij", emotions=("happy", "sad")):
    return [
        {"audio_path": f"{s}/{e}.flac", "speaker": s, "emotion": e, "transcription": "Hello."}
        for s in speakers
        for e in emotions
    ]


def test_fields_and_their_aliases(tmp_path):
    row = {"audio_path": "a.wav", "speaker": 7, "text": "Hi.", "gt": "sad", "gender_new": "F", "dataset": "calls"}
    (found,) = read_manifest(manifest(tmp_path, [row]))
    assert found.audio_path == tmp_path / "a.wav"
    assert (found.speaker, found.transcription, found.emotion) == ("7", "Hi.", "sad")
    assert (found.gender, found.dataset, found.language, found.cues) == ("female", "calls", "en", None)


def test_what_is_not_stated_is_none(tmp_path):
    (found,) = read_manifest(
        manifest(tmp_path, [{"audio_path": "a.wav", "speaker": "x", "gender": "?", "emotion": ""}])
    )
    assert (found.emotion, found.gender, found.transcription, found.dataset) == (None, None, None, "calls")


def test_duplicates_are_left_out(tmp_path):
    twice = [{"audio_path": "a.wav", "speaker": "x"}, {"audio_path": "b.wav", "speaker": "x", "duplicate_of": "a.wav"}]
    assert len(read_manifest(manifest(tmp_path, twice))) == 1


def test_malformed_lines_are_told_with_their_numbers(tmp_path):
    wrong = [
        {"audio_path": "a.wav", "speaker": "x"},
        "{not json",
        "",
        {"speaker": "x"},
        {"audio_path": "b.wav"},
        "[1, 2]",
        {"audio_path": "a.wav", "speaker": "x"},
    ]
    with pytest.raises(ZooError) as error:
        read_manifest(manifest(tmp_path, wrong))
    assert (
        "calls.jsonl has 5 malformed lines (line 2: not JSON; line 4: no audio_path; "
        "line 5: no speaker, without which no split is safe and 2 more, lines 6, 7); mend them"
    ) in str(error.value)


def test_an_audio_path_twice_is_malformed(tmp_path):
    row = {"audio_path": "a.wav", "speaker": "x"}
    with pytest.raises(ZooError, match="line 3: the same audio_path as line 1"):
        read_manifest(manifest(tmp_path, [row, {**row, "audio_path": "b.wav"}, row]))


def test_no_file_and_nothing_in_it(tmp_path):
    with pytest.raises(ZooError, match="there is no manifest"):
        read_manifest(tmp_path / "none.jsonl")
    with pytest.raises(ZooError, match="has no utterance"):
        read_manifest(manifest(tmp_path, [""]))


def test_speakers_are_chosen_by_a_stable_hash(tmp_path):
    first = Manifest(manifest(tmp_path, rows()))
    again = Manifest(manifest(tmp_path, rows()[::-1], "calls2.jsonl"))
    held_out = {u.speaker for u in first.test()}
    assert len(held_out) == 2
    assert held_out == {u.speaker for u in again.test()}
    assert held_out.isdisjoint(u.speaker for u in first.train())
    assert len(first.train()) + len(first.test()) == 20
    assert first.split_id == f"calls:test={','.join(sorted(held_out))}"


def test_speakers_and_emotions_by_name(tmp_path):
    path = manifest(tmp_path, rows(emotions=("happy", "sad", "bored")))
    corpus = Manifest(path, test_speakers=["c"], emotions=["sad", "happy"])
    assert corpus.emotions == ("sad", "happy")
    assert {u.speaker for u in corpus.test()} == {"c"}
    assert {u.emotion for u in corpus.train()} == {"sad", "happy"}
    assert Manifest(path).emotions == ("bored", "happy", "sad")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"test_speakers": ["z"]}, 'has no speaker "z"'),
        ({"emotions": ["hapy"]}, 'no utterance with the emotion "hapy"; did you mean "happy"?'),
        ({"test_share": 1.5}, "test_share is 1.5"),
        ({"test_speakers": []}, "leaves nothing to test on"),
        ({"test_speakers": list("abcdefghij")}, "leaves nothing to train on"),
    ],
)
def test_refusals(tmp_path, options, sentence):
    with pytest.raises(ZooError) as error:
        Manifest(manifest(tmp_path, rows()), **options)
    assert sentence in str(error.value)


def test_several_data_sets_in_one_file_are_one_corpus(tmp_path):
    mixed = [{**row, "dataset": row["speaker"]} for row in rows()]
    corpus = Manifest(manifest(tmp_path, mixed))
    assert corpus.name == "calls"
    assert {u.dataset for u in corpus.train()} == {"calls"}
