"""Comparison: real edits, measured again; the answer is what the files themselves measure; refusals are thrown away."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

import zoo.tasks.version_cache as cache
from zoo.acoustics.cues import Cues
from zoo.acoustics.measure import measure
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError
from zoo.core.registry import tasks
from zoo.data.lesson import PAUSE_S, joined
from zoo.data.utterance import Utterance
from zoo.tasks.comparison import PLACES, in_order
from zoo.tasks.versions import Version

RATE_HZ = 16_000
CUES = ("pitch", "energy", "speed")
VALUE = {
    "pitch": lambda m: m.f0_median_hz,
    "energy": lambda m: m.energy_dbfs,
    "speed": lambda m: -m.speech_s,
}


def vowel(path, level=0.2, hz=150.0, seconds=1.2):
    at = np.arange(round(RATE_HZ * seconds)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(hz * (1 + 0.08 * np.sin(2 * np.pi * 0.8 * at))) / RATE_HZ
    wave = sum(np.sin(k * phase) / k for k in range(1, 12)) * (0.55 + 0.45 * np.sin(2 * np.pi * 3 * at - 1.5))
    quiet = np.zeros(round(0.2 * RATE_HZ))
    soundfile.write(path, np.concatenate([quiet, level * wave / np.abs(wave).max(), quiet]), RATE_HZ)
    return Utterance(path, "vowels", "one", cues=Cues())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("comparison")
    patch = pytest.MonkeyPatch()
    patch.setenv("ZOO_CACHE", str(folder / "cache"))
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def comparison(place):
    """The task, and its subjects for one vowel: all three cues."""
    task = tasks.build("comparison", {"cues_each": 3, "order_share": 0.5})
    subjects = task.subjects([vowel(place / "a.wav")])
    assert {s.cue for s in subjects} == set(CUES), task.refused
    return task, {s.cue: s for s in subjects}


@pytest.mark.parametrize("cue", CUES)
def test_the_versions_differ_by_what_was_asked_and_in_nothing_else(comparison, cue):
    made = comparison[1][cue].kept
    found = [measure(read_wave(version.path)) for version in made]
    values = [VALUE[cue](one) for one in found]
    assert values == sorted(values)
    for other in set(CUES) - {cue}:
        own = [VALUE[other](one) for one in found]
        assert np.ptp(own) < {"pitch": 6.0, "energy": 1.0, "speed": 0.15}[other], other
    if cue == "energy":
        assert values[2] - values[0] == pytest.approx(2 * made[2].amount, abs=0.3)
    if cue == "pitch":
        assert 12 * np.log2(values[2] / values[0]) == pytest.approx(2 * made[2].amount, abs=0.5)
    if cue == "speed":
        assert values[0] / values[2] == pytest.approx(made[2].amount ** 2, rel=0.1)


@pytest.mark.parametrize("cue", CUES)
def test_the_right_answer_is_what_the_files_measure(comparison, cue):
    task, subjects = comparison
    kinds = set()
    for seed in range(60):
        lesson = task.lesson(subjects[cue], Random(seed))
        values = [VALUE[cue](measured(path)) for path in lesson.waves]
        if "order" in lesson.question:
            order = "-".join(str(place + 1) for place in np.argsort(values))
            assert (lesson.answer, len(lesson.options)) == (order, 6)
        else:
            least = any(word in lesson.question for word in ("lowest", "quietest", "slowest"))
            assert lesson.answer == PLACES[int(np.argmin(values) if least else np.argmax(values))]
            assert sorted(lesson.options) == sorted(PLACES[: len(values)])
        assert lesson.answer in lesson.options
        assert lesson.question.endswith(f"Choose one of: {', '.join(lesson.options)}.")
        kinds.add((len(values), "order" in lesson.question, lesson.answer))
    assert len(kinds) >= 8, "two and three versions, orders, and every place right at some time"


KNOWN: dict[Path, object] = {}


def measured(path):
    if path not in KNOWN:
        KNOWN[path] = measure(read_wave(path))
    return KNOWN[path]


def test_versions_are_joined_with_a_pause(comparison):
    task, subjects = comparison
    lesson = task.lesson(subjects["speed"], Random(0))
    lengths = [len(read_wave(path).samples) for path in lesson.waves]
    wave = joined(lesson.waves)
    pause = round(PAUSE_S * RATE_HZ)
    assert len(wave) == sum(lengths) + pause * (len(lengths) - 1) == pytest.approx(lesson.duration_s * RATE_HZ, abs=2)
    assert not wave[lengths[0] : lengths[0] + pause].any()


def test_versions_are_made_once(comparison, place, monkeypatch):
    subjects = comparison[1]
    monkeypatch.setattr(cache, "make", lambda job: pytest.fail("it was made before"))
    again = tasks.build("comparison", {"cues_each": 3}).subjects([vowel(place / "a.wav")])
    assert {s.cue: s.kept for s in again} == {cue: s.kept for cue, s in subjects.items()}


def test_what_cannot_be_edited_is_thrown_away_with_its_reason(place):
    noise = place / "noise.wav"
    soundfile.write(noise, 0.1 * np.random.default_rng(0).standard_normal(RATE_HZ), RATE_HZ)
    task = tasks.build("comparison", {"cues_each": 3})
    subjects = task.subjects([Utterance(noise, "v", "a"), vowel(place / "loud.wav", level=0.95)])
    refused = {(path.name, cue): reason for path, cue, reason in task.refused}
    assert "no voiced speech" in refused["noise.wav", "pitch"]
    assert "would clip" in refused["loud.wav", "energy"]
    assert not {(s.utterance.audio_path.name, s.cue) for s in subjects} & refused.keys()
    index = next((place / "cache" / "versions").glob("*/index.jsonl")).read_text().splitlines()
    assert any("would clip" in json.loads(line).get("refused", "") for line in index)


def test_a_version_that_moved_another_cue_is_refused(place, monkeypatch):
    from zoo.acoustics.edited import Edited

    monkeypatch.setattr(Edited, "strayed", property(lambda self: ("level_db",)))
    task = tasks.build("comparison", {"cues_each": 3})
    assert task.subjects([vowel(place / "b.wav", hz=170)]) == []
    assert {reason.partition(" moved ")[2] for _, _, reason in task.refused} == {"level_db too"}


def test_an_order_by_hand():
    heard = [Version("a", 2, 5.0), Version("b", -2, 1.0), Version("c", 0, 3.0)]
    assert in_order(heard) == "2-3-1"


def test_a_wrong_number_of_cues_is_told():
    with pytest.raises(ZooError, match="cues_each is 4"):
        tasks.build("comparison", {"cues_each": 4})
