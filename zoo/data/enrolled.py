"""Clips of the same speaker beside an utterance: others of its corpus and side, their labels unread."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from zoo.acoustics.cues import Cues
from zoo.acoustics.habit import habit
from zoo.acoustics.measure import Measures
from zoo.data.utterance import Utterance


def enrolled(utterances: Sequence[Utterance], clips: int) -> list[Utterance]:
    """The utterances with up to so many clips each, always the same ones, never the utterance itself.

    Training and held-out utterances are given apart, so that a speaker's clips are on the speaker's side.
    """
    if not clips:
        return list(utterances)
    by_speaker = defaultdict(list)
    for utterance in utterances:
        by_speaker[utterance.dataset, utterance.speaker].append(utterance.audio_path)
    found = []
    for utterance in utterances:
        others = [path for path in by_speaker[utterance.dataset, utterance.speaker] if path != utterance.audio_path]
        drawn = Random(f"enrolled {utterance.key}").sample(others, min(clips, len(others)))
        found.append(replace(utterance, enrolled=tuple(drawn)))
    return found


def with_habits(utterances: Sequence[Utterance], measures: Sequence[Measures]) -> list[Utterance]:
    """Enrolled utterances, in their cues also the levels against their own clips; `measures` stand beside them."""
    of = {utterance.audio_path: row for utterance, row in zip(utterances, measures, strict=True)}
    found = []
    for utterance in utterances:
        told = habit(of[utterance.audio_path], [of[path] for path in utterance.enrolled])
        found.append(replace(utterance, cues=replace(utterance.cues or Cues(), habit=told)) if told else utterance)
    return found
