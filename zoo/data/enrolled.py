"""Which clips of the same speaker are heard beside an utterance: others of its corpus and side, their labels unread."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random

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
