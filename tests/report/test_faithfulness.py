"""The figures of faithfulness from traces that are written out, worked out by hand."""

import pytest

from zoo.acoustics.cues import Cues
from zoo.report.counterfactual import counterfactual
from zoo.report.faithfulness import faithfulness, show_faithfulness
from zoo.report.grounding import grounding
from zoo.report.shares import share
from zoo.stages.faithfulness import Traced
from zoo.text.trace import Trace, render

NOUNS = {"pitch": "pitch", "energy": "energy", "speed": "pace", "intonation": "intonation"}


def says(answer="sad", stress=None, **levels):
    said = [f"The {NOUNS[cue]} is {level}." for cue, level in levels.items()]
    said += [f'The word "{stress}" is stressed.'] if stress else []
    return render(Trace(" ".join(said) or "Nothing.", answer))


def row(key, speaker, emotion="sad", texts=None, cues=None, word=None, refused=None, sentence="one"):
    cues = {name: Cues(**known).to_dict() for name, known in (cues or {}).items()}
    return Traced(key, "made", speaker, emotion, "", sentence, texts or {}, cues, word, refused or {})


def heard(key, speaker, emotion, text, silence="", **cues):
    return row(key, speaker, emotion, {"original": text, "silence": silence}, {"original": cues})


THREE = [
    heard("u1", "a", "sad", says(pitch="low", energy="high"), says(pitch="low"), pitch="low", energy="normal"),
    heard("u2", "a", "angry", says(pitch="high", energy="high"), says(pitch="low"), pitch="high"),
    heard("u3", "b", "sad", says(pitch="high"), "no form", pitch="low", energy="low"),
]


def test_grounding_by_hand():
    found = grounding(THREE)
    pitch, energy, every = found["by_cue"]["pitch"], found["by_cue"]["energy"], found["all"]
    assert [pitch[name] for name in ("claims", "supported", "contradicted", "undecided")] == [3, 2, 1, 0]
    assert pitch["precision"]["value"] == pytest.approx(2 / 3)
    assert pitch["commonest"] == {"value": 2 / 3, "says": "low"}
    assert [energy[name] for name in ("claims", "supported", "contradicted", "undecided")] == [2, 0, 1, 1]
    assert energy["precision"] == {"value": 0.0, "low": 0.0, "high": 0.0, "n": 1}, "what cannot be decided is left out"
    assert [every[name] for name in ("claims", "supported", "contradicted", "undecided")] == [5, 2, 2, 1]
    assert every["precision"]["value"] == 2 / 4
    assert set(found["by_cue"]) == {"pitch", "energy"}
    assert found["no_trace"] == 0


def test_audible_cues_by_hand():
    found = grounding(THREE)
    pitch, energy = found["by_cue"]["pitch"], found["by_cue"]["energy"]
    assert (pitch["audible"], pitch["mentioned"]["value"]) == (3, 1.0)
    assert pitch["told_right"]["value"] == pytest.approx(2 / 3)
    assert (energy["audible"], energy["mentioned"]["value"]) == (1, 0.0), "a normal energy is not audible"
    assert found["all"]["mentioned"]["value"] == 3 / 4


def test_shuffled_by_hand():
    pitch = grounding(THREE)["by_cue"]["pitch"]
    # low beside high, low: 1/2; high beside low, low: 0; high beside low, high: 1/2
    assert pitch["shuffled"]["value"] == pytest.approx(1 / 3)
    assert pitch["lost"]["value"] == pytest.approx(1 / 3)
    # the sad ones alone: low beside low, and high beside low
    assert (pitch["same_emotion"]["value"], pitch["same_emotion"]["n"]) == (1 / 2, 2)
    assert pitch["silence"]["value"] == 1 / 2
    assert pitch["over_silence"]["value"] == pytest.approx(2 / 3 - 1 / 2)


def test_a_stressed_word_is_looked_for_in_the_same_sentence():
    rows = [
        row("u1", "a", texts={"original": says(stress="door")}, cues={"original": {"stressed_words": ("Door",)}}),
        row("u2", "b", cues={"original": {"stressed_words": ("kids", "door")}}),
        row("u3", "b", cues={"original": {"stressed_words": ()}}),
        row("u4", "b", cues={"original": {"stressed_words": ("dogs",)}}, sentence="two"),
    ]
    stress = grounding(rows)["by_cue"]["stress"]
    assert (stress["precision"]["value"], stress["shuffled"]["value"]) == (1.0, 1 / 2)
    assert stress["audible"] == 3


EDITED = [
    # follows the edit
    row(
        "u1", "a",
        texts={"control": says(pitch="low", energy="low"), "pitch": says("angry", pitch="high", energy="low")},
        cues={"control": {"pitch": "low"}, "pitch": {"pitch": "high"}},
    ),
    # does not, and takes another claim along
    row(
        "u2", "a",
        texts={"control": says(pitch="normal", energy="low"), "pitch": says(pitch="normal", energy="high")},
        cues={"control": {"pitch": "normal"}, "pitch": {"pitch": "high"}},
    ),
    # contradicts it; its measured level had nowhere to go
    row(
        "u3", "b",
        texts={"control": says(pitch="normal"), "pitch": says(pitch="low")},
        cues={"control": {"pitch": "high"}, "pitch": {"pitch": "high"}},
    ),
    row("u4", "b", texts={"control": says(pitch="high"), "pitch": says(pitch="high")}),
    row("u5", "b", texts={"control": says(pitch="low"), "pitch": says(energy="low")}),
    row("u6", "b", texts={"control": says(pitch="low"), "pitch": "no form"}),
    row("u7", "b", texts={"original": says(pitch="low")}, refused={"pitch": "it would clip"}),
]  # fmt: skip


def test_a_counterfactual_by_hand():
    found = counterfactual(EDITED)["pitch"]
    edit = found["edit"]
    assert found["refused"] == 1
    assert (edit["n"], edit["no_trace"]) == (5, 1)
    assert edit["claims"] == {"up": 1, "stayed": 1, "down": 1, "top": 1, "silent": 1}
    assert (edit["up"]["value"], edit["up"]["n"]) == (pytest.approx(1 / 3), 3)
    assert edit["down"]["value"] == pytest.approx(1 / 3)
    assert (edit["up_where_it_rose"]["value"], edit["up_where_it_rose"]["n"]) == (1 / 2, 2)
    # energy: held in u1, not in u2, new in u5
    assert (edit["others_held"]["value"], edit["others_held"]["n"]) == (pytest.approx(1 / 3), 3)
    assert edit["emotions"] == {"towards": 1, "held": 4}
    assert edit["emotion_held"]["value"] == 4 / 5
    assert found["control"]["n"] == 0, "there is no recording to hold the copy against"


def test_moved_stress_by_hand():
    cues = {"control": {"stressed_words": ("kids",)}, "stress": {"stressed_words": ("Door", "kids")}}
    follows = {"control": says(stress="kids"), "stress": says(stress="door")}
    stays = {"control": says(stress="kids"), "stress": says(stress="kids")}
    rows = [
        row("u1", "a", texts=follows, cues=cues, word="door"),
        row("u2", "a", texts=stays, cues={"control": cues["control"], "stress": cues["control"]}, word="door"),
        row("u3", "b", texts=stays, cues=cues, word="door"),
        row("u4", "b", texts={"control": says(), "stress": says()}, word="door"),
    ]
    edit = counterfactual(rows)["stress"]["edit"]
    assert edit["claims"] == {"up": 1, "stayed": 2, "down": 0, "top": 0, "silent": 1}
    assert (edit["up_where_it_rose"]["value"], edit["up_where_it_rose"]["n"]) == (1 / 2, 2)
    assert edit["up"]["value"] == pytest.approx(1 / 3)


def test_the_controls_are_pairs_of_their_own():
    texts = {
        "original": says(energy="normal"),
        "control": says(energy="low"),
        "energy": says(energy="high"),
        "sample 1": says(energy="low"),
        "sample 2": says(energy="normal"),
    }
    found = counterfactual([row("u1", "a", texts=texts)])["energy"]
    # a gain needs no vocoder, so its edit is held against the recording
    assert [found[kind]["claims"]["up"] for kind in ("edit", "control", "sampling")] == [1, 0, 1]
    assert found["control"]["down"] == {"value": 1.0, "low": None, "high": None, "n": 1}, "one speaker has no interval"


def test_an_interval_is_of_speakers_and_not_of_utterances():
    a, b = ("a", 8.0, 8.0), ("b", 0.0, 8.0)
    found = share([a, b], ["a", "b"])
    assert found.value == 1 / 2
    assert {0.0, 0.5, 1.0} == set(found.draws.tolist()), "either speaker twice, or both"
    again = share([("a", 4.0, 8.0), ("b", 4.0, 8.0)], ["a", "b"])
    assert again.to_dict() == {"value": 0.5, "low": 0.5, "high": 0.5, "n": 16}
    assert found.less(again)["value"] == 0.0
    assert share([], ["a", "b"]).to_dict() is None


def test_the_tables_stand_in_eighty_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    about = {"split": "made", "n": 3, "edited": 7, "seed": 1, "temperature": 0.8, "without_audio": "silence"}
    about["cost"] = {"seconds": 12.3, "device": "cpu"}
    show_faithfulness(faithfulness([*THREE, *EDITED]) | about)
    shown = capsys.readouterr().err
    assert "pitch +4 st" in shown
    assert "66.7" in shown
    assert "\u2026" not in shown, "nothing is cut"
