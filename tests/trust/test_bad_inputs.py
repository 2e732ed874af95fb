"""What is broken or ill-meant ends in one sentence: no traceback, no hang, no flood of memory, nothing executed."""

import os
import resource
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.trust.inputs import BY_HAND
from tests.trust.readers import good_checkpoint, readers
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.models.load import load_model

LONGEST_S = 5.0  # of its own: a busy machine makes none of them longer
LONGEST_WAIT_S = 60.0  # by the clock, for one that waits instead of working
MOST_BYTES = 2 << 30
MADE_PER_READER = 30  # by the fuzzer, always the same ones


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return readers(good_checkpoint(tmp_path_factory.mktemp("good")))


def refused(reader, folder, data):
    """The sentence with which it was refused, or None where it was read; anything else fails the test."""
    began_s, asked_s = time.process_time(), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        reader.read(folder, data)
        sentence = None
    except ZooError as error:
        sentence = str(error)
    assert time.process_time() - began_s < LONGEST_S
    assert time.monotonic() - asked_s < LONGEST_WAIT_S
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST_BYTES
    assert sentence is None or len(sentence) < 20_000
    return sentence


def test_there_are_two_hundred_of_them():
    by_hand = sum(len(rows) for rows in BY_HAND.values())
    assert by_hand >= 100
    assert MADE_PER_READER * len(BY_HAND) >= 100


@pytest.mark.parametrize("name", BY_HAND)
def test_the_good_one_is_read(name, known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refused(known[name], tmp_path, known[name].good) is None


@pytest.mark.parametrize(
    ("name", "bad"), [(name, bad) for name, rows in BY_HAND.items() for bad in rows], ids=lambda word: word
)
def test_it_is_refused_in_a_sentence_or_read_without_harm(name, bad, known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = refused(known[name], tmp_path, BY_HAND[name][bad])
    assert said is None or said.strip()
    assert not (tmp_path / "PWNED").exists()


def mutated(good: bytes) -> st.SearchStrategy[bytes]:
    """A good file with pieces of it overwritten, cut out, doubled, or noise put in."""
    place = st.integers(0, len(good))
    edit = st.tuples(st.sampled_from(["overwrite", "cut", "double", "insert"]), place, place, st.binary(max_size=12))

    def apply(edits):
        data = good
        for kind, left, right, noise in edits:
            a, b = sorted((min(left, len(data)), min(right, len(data))))
            piece = {"overwrite": noise, "cut": b"", "double": data[a:b] * 2, "insert": noise + data[a:b]}[kind]
            end = a + len(noise) if kind == "overwrite" else b
            data = data[:a] + piece + data[end:]
        return data

    return st.lists(edit, min_size=1, max_size=4).map(apply)


@pytest.mark.parametrize("name", BY_HAND)
def test_what_a_fuzzer_makes_of_a_good_one_is_refused_or_read(name, known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tried = []

    @settings(
        max_examples=MADE_PER_READER,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=mutated(known[name].good))
    def attempt(data):
        tried.append(data)
        refused(known[name], tmp_path, data)

    attempt()
    assert len(tried) >= MADE_PER_READER


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "loop", "nothing"])
def test_what_is_no_file_is_not_read(kind, tmp_path):
    path = tmp_path / "wave.wav"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    with pytest.raises(ZooError):
        read_wave(path)


@pytest.mark.parametrize("name", ["a\0b.wav", "a" * 5_000, "\ud800.wav", ""])
def test_a_name_that_no_file_can_have_is_refused(name, tmp_path):
    with pytest.raises(ZooError):
        read_wave(str(tmp_path / name) if name else "")
    with pytest.raises(ZooError):
        load_model(name)


@pytest.mark.parametrize("name", ["model.safetensors", "recipe.yaml", "knowledge.json", "card.yaml"])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "loop"])
def test_a_checkpoint_with_something_else_for_a_file_is_refused(name, kind, known, tmp_path):
    known[name].read(tmp_path, known[name].good)
    path = tmp_path / "checkpoint" / name
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path)
    with pytest.raises(ZooError):
        load_model(tmp_path / "checkpoint")
