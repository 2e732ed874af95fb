"""Every reader of a downloaded corpus, on a small folder in its layout; EmoDB on the real one too."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.data.trees import TREES
from zoo.core.errors import ZooError
from zoo.core.places import PROJECT
from zoo.core.registry import corpora
from zoo.data.downloaded import Folds
from zoo.ls import main as ls
from zoo.text.emotions import LABELS

READERS = [name for name, entry in corpora.entries.items() if "partial" in entry.options]
WHOLE = {  # trees with every file of the corpus, or of what its tables list; and files of which a few may be missing
    "emovo": "f1/dis-*",
    "expresso": "audio_48khz/read/ex02/happy/base/*",
    "msp-podcast": "Audios/*_0002_*",
}
EMODB = Path(os.environ.get("ZOO_SPEECH") or PROJECT.parent / "shared" / "data") / "emodb"


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    made = {name: tmp_path_factory.mktemp(name) for name in TREES}
    for name, root in made.items():
        TREES[name](root)
    return made


def test_every_reader_has_a_tree():
    assert set(READERS) == set(TREES)
    assert len(READERS) == 14


def folds(name):
    reader = corpora.entry(name).thing
    return range(1, reader.folds + 1) if issubclass(reader, Folds) else [None]


def opened(name, root, fold=None, **options):
    return corpora.build(name, {"root": str(root), "partial": True, **({"fold": fold} if fold else {}), **options})


@pytest.mark.parametrize("name", READERS)
def test_splits_share_no_speaker_and_use_the_corpus_s_own_words(name, roots):
    tested = []
    for fold in folds(name):
        corpus = opened(name, roots[name], fold)
        train, test = corpus.train(), corpus.test()
        shared = {u.speaker for u in train} & {u.speaker for u in test}
        assert bool(shared) == bool(corpus.shares_speakers), shared
        rows = [*train, *test]
        assert {u.emotion for u in rows} == set(corpus.emotions)
        assert len({u.key for u in rows}) == len(rows)
        assert {u.dataset for u in rows} == {name} == {corpus.name}
        assert all(u.audio_path.exists() and u.speaker.startswith(f"{name}_") for u in rows)
        tested += [u.key for u in test]
    assert len(set(tested)) == len(tested)
    if len(folds(name)) > 1:
        assert len(tested) == len(rows), "every utterance is held out once"


@pytest.mark.parametrize("name", READERS)
def test_the_label_map_to_the_nine_is_complete(name):
    facts = corpora.entry(name).facts
    assert tuple(LABELS[name]) == tuple(facts["emotions"])
    assert facts["licence"]
    assert facts["link"].startswith("http")


@pytest.mark.parametrize("name", READERS)
def test_a_part_of_a_corpus_is_refused(name, tmp_path):
    TREES[name](tmp_path)
    if name in WHOLE:
        assert opened(name, tmp_path, partial=False).test()
        for path in tmp_path.glob(WHOLE[name]):
            path.unlink()
    with pytest.raises(ZooError, match=r"utterances of .*, which has .*; give the whole corpus, or say data.partial"):
        opened(name, tmp_path, partial=False)


def test_a_few_lost_files_are_no_other_corpus(tmp_path):
    TREES["emovo"](tmp_path)
    (tmp_path / "m3" / "tri-m3-b1.wav").unlink()
    assert opened("emovo", tmp_path, partial=False).test()


def test_known_bad_files_are_left_out(roots):
    stems = {u.audio_path.stem for name in ("ravdess", "cremad") for u in all_of(name, roots)}
    assert "1076_MTI_ANG_XX" in stems
    assert not stems & {"1076_MTI_SAD_XX", "1076_MTI_NEU_XX", "03-01-03-01-02-02-07"}


def all_of(name, roots, **options):
    corpus = opened(name, roots[name], **options)
    return [*corpus.train(), *corpus.test()]


def test_what_iemocap_tells(roots):
    rows = all_of("iemocap", roots)
    assert Counter(u.emotion for u in rows) == {"neutral": 10, "happy": 20, "sad": 10, "angry": 10}
    first = next(u for u in rows if u.audio_path.stem == "Ses01M_impro01_M001")
    assert (first.speaker, first.gender, first.transcription) == ("iemocap_Ses01M", "male", "Excuse me.")
    assert first.votes == ("neutral", "angry", "frustration")
    assert opened("iemocap", roots["iemocap"], 3).split_id == "iemocap:fold3of5"
    assert {u.speaker for u in opened("iemocap", roots["iemocap"], 3).test()} == {"iemocap_Ses03F", "iemocap_Ses03M"}


def test_what_the_tables_beside_the_audio_tell(roots):
    crema = {u.audio_path.stem: u for u in all_of("cremad", roots)}
    assert crema["1001_MTI_ANG_XX"].votes == ("angry", "disgusted")  # of the voice alone
    assert crema["1001_MTI_ANG_XX"].gender == "female"
    ears = {u.key: u for u in all_of("ears", roots)}
    assert ears["ears/p001_emo_anger_sentences.wav"].transcription == "How could you?"
    assert ears["ears/p001_emo_extasy_freeform.wav"].emotion == "ecstasy"
    podcast = {u.audio_path.stem: u for u in all_of("msp-podcast", roots)}
    assert podcast["MSP-PODCAST_0002_0078"].transcription == "And so I said no."
    assert podcast["MSP-PODCAST_0002_0078"].votes == ("happy", "neutral")
    expresso = {u.audio_path.stem: u for u in all_of("expresso", roots)}
    assert expresso["ex01_default_00001"].emotion == "neutral"
    assert expresso["ex01_happy_00001"].transcription == "It was not me."


def test_esd_in_either_language(roots):
    english, chinese = (all_of("esd", roots, language=code) for code in ("en", "zh"))
    assert {u.language for u in english} == {"en"}
    assert not {u.speaker for u in english} & {u.speaker for u in chinese}
    said = {u.audio_path.stem: u.transcription for u in [*english, *chinese]}
    assert said["0011_000001"] == "The nine the eggs, I keep."
    assert said["0001_000001"] == "打远一看"
    with pytest.raises(ZooError, match='not in "de"'):
        opened("esd", roots["esd"], language="de")


def test_meld_says_that_its_official_split_shares_speakers(roots):
    official, unheard = (opened("meld", roots["meld"], split=split) for split in ("official", "unheard"))
    assert official.shares_speakers
    assert not unheard.shares_speakers
    assert {u.speaker for u in unheard.test()} == {"meld_The Waiter"}
    with pytest.raises(ZooError, match="MELD has the splits official and unheard"):
        opened("meld", roots["meld"], split="mine")


def test_an_unknown_speaker_of_a_podcast_is_its_own(roots):
    test = opened("msp-podcast", roots["msp-podcast"], test="Test2").test()
    assert {u.speaker for u in test} == {"msp-podcast_unknown_MSP-PODCAST_0003"}


def test_video_that_was_not_converted_is_told(tmp_path):
    (tmp_path / "M003" / "audio" / "angry" / "level_1").mkdir(parents=True)
    (tmp_path / "M003" / "audio" / "angry" / "level_1" / "001.m4a").touch()
    with pytest.raises(ZooError, match=r"ffmpeg -i X\.m4a"):
        opened("mead", tmp_path)


def test_ls_shows_licence_link_classes_and_speakers():
    listed = ls(["corpora", "--json"])["corpora"]
    assert "7 classes: neutral, happy" in listed["emodb"]
    assert "10 speakers; 535 utterances; CC0 1.0; http://emodb.bilderbar.info" in listed["emodb"]
    assert "1,439 utterances; CC BY-NC-SA 4.0; https://zenodo.org/records/1188976" in listed["ravdess"]


@pytest.mark.skipif(not EMODB.is_dir(), reason=f"EmoDB is not at {EMODB}; set ZOO_SPEECH to its parent folder")
def test_the_real_emodb_is_whole():
    tested = []
    for fold in range(1, 11):
        corpus = corpora.build("emodb", {"root": str(EMODB), "fold": fold})
        assert len({u.speaker for u in corpus.test()}) == 1
        tested += [u.emotion for u in corpus.test()]
    assert Counter(tested) == {
        "angry": 127,
        "bored": 81,
        "neutral": 79,
        "happy": 71,
        "fearful": 69,
        "sad": 62,
        "disgusted": 46,
    }
