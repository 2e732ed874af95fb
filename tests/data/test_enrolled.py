"""Clips of the same speaker: others of the same side, always the same ones, and no label with them."""

from pathlib import Path

from zoo.data.enrolled import enrolled
from zoo.data.utterance import Utterance

VOICES = [Utterance(Path(f"{s}_{i}.wav"), "d", s, "sad") for s in "ab" for i in range(6)]
LONE = Utterance(Path("c.wav"), "d", "c")


def test_an_utterance_hears_other_clips_of_its_own_speaker():
    for utterance in enrolled([*VOICES, LONE], 3):
        assert len(set(utterance.enrolled)) == len(utterance.enrolled) == (0 if utterance.speaker == "c" else 3)
        assert utterance.audio_path not in utterance.enrolled
        assert all(path.name.startswith(utterance.speaker) for path in utterance.enrolled)


def test_they_are_the_same_in_every_run_and_in_any_order():
    assert enrolled(VOICES, 3) == enrolled(VOICES, 3)
    assert len({u.enrolled for u in enrolled(VOICES, 3)}) > 2  # and not the same for every utterance


def test_a_speaker_with_few_clips_gives_what_there_is():
    assert all(len(u.enrolled) == 5 for u in enrolled(VOICES, 99))


def test_none_are_wanted():
    assert enrolled(VOICES, 0) == VOICES
