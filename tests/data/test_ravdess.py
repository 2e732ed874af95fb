import os
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from zoo.core.errors import ZooError
from zoo.core.places import PROJECT
from zoo.data.ravdess import Ravdess

REAL = Path(os.environ.get("ZOO_RAVDESS") or PROJECT.parent / "shared" / "data" / "ravdess")


def tree(root, flat, suffix=".wav"):
    """Empty files under the corpus's own names: one intensity, both sentences, both repetitions."""
    for emotion, statement, repetition, actor in product(range(1, 9), (1, 2), (1, 2), range(1, Ravdess.speakers + 1)):
        folder = root if flat else root / f"Actor_{actor:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"03-01-{emotion:02d}-01-{statement:02d}-{repetition:02d}-{actor:02d}{suffix}").touch()
    (root / "03-02-01-01-01-01-01.wav").touch()  # song
    (root / "01-01-01-01-01-01-01.mp4").touch()
    (root / "notes.wav").touch()
    return str(root)


@pytest.mark.parametrize(("flat", "suffix"), [(True, ".flac"), (False, ".wav")])
def test_both_layouts(tmp_path, flat, suffix):
    corpus = Ravdess(tree(tmp_path / "ravdess", flat, suffix), fold=2, partial=True)
    assert len(corpus.test()) == 4 * 32 - len(Ravdess.bad)
    assert len(corpus.train()) == 20 * 32
    assert {u.speaker for u in corpus.test()} == {"ravdess_05", "ravdess_06", "ravdess_07", "ravdess_08"}
    assert corpus.split_id == "ravdess:fold2of6"
    assert corpus.licence == "CC BY-NC-SA 4.0"
    assert not {u.audio_path.stem for u in corpus.test()} & set(Ravdess.bad)


def test_a_name_is_read(tmp_path):
    corpus = Ravdess(tree(tmp_path, flat=True), fold=1, partial=True)
    found = next(u for u in corpus.test() if u.audio_path.stem == "03-01-06-01-02-02-04")
    assert (found.emotion, found.speaker, found.gender) == ("fearful", "ravdess_04", "female")
    assert (found.transcription, found.sentence) == ("Dogs are sitting by the door.", "ravdess_2")


def test_every_actor_is_tested_once(tmp_path):
    root = tree(tmp_path, flat=True)
    tested = [
        speaker for fold in range(1, 7) for speaker in {u.speaker for u in Ravdess(root, fold, partial=True).test()}
    ]
    assert sorted(tested) == [f"ravdess_{actor:02d}" for actor in range(1, Ravdess.speakers + 1)]


def test_refusals(tmp_path):
    with pytest.raises(ZooError, match="folds 1 to 6, not 7"):
        Ravdess(str(tmp_path), fold=7)
    with pytest.raises(ZooError, match="there is no folder"):
        Ravdess(str(tmp_path / "none"))
    with pytest.raises(ZooError, match="holds no RAVDESS speech"):
        Ravdess(str(tmp_path))
    (tmp_path / "03-01-06-01-02-02-04.wav").touch()
    with pytest.raises(ZooError, match="holds 1 utterances of RAVDESS, which has 1,439; give the whole corpus"):
        Ravdess(str(tmp_path))
    with pytest.raises(ZooError, match="no speaker to train on; fetch all of RAVDESS"):
        Ravdess(str(tmp_path), partial=True)
    (tmp_path / "03-01-06-01-02-02-04.flac").touch()
    with pytest.raises(ZooError, match="utterances twice"):
        Ravdess(str(tmp_path), partial=True)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"RAVDESS is not at {REAL}; set ZOO_RAVDESS to its folder")
def test_the_real_corpus_is_whole():
    corpus = Ravdess(str(REAL), fold=6)
    found = Counter(u.emotion for u in [*corpus.train(), *corpus.test()])
    assert found == {"neutral": 96, **dict.fromkeys(Ravdess.emotions[1:], 192), "happy": 191}
