"""Comparison: versions of one utterance, one after another; which is highest, loudest or fastest, or in which order.

Comparative prosody of arXiv 2601.15668. The versions differ in one cue by an amount that was asked for and measured.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from random import Random

from zoo.core.errors import ZooError
from zoo.core.registry import tasks
from zoo.data.lesson import Lesson, duration_s
from zoo.data.pool import cores
from zoo.data.utterance import Utterance
from zoo.tasks.task import Subject, Task, shuffled
from zoo.tasks.version_cache import versions
from zoo.tasks.versions import AMOUNTS, Version
from zoo.text.questions import LEAST, MOST, RISING, about_versions, phrasing, with_options
from zoo.text.trace import render_answer

PLACES = ("first", "second", "third")
CUES = tuple(AMOUNTS)
LONGEST_S = 8.0  # of an utterance: three tempi of it are 30 s at most, which is the window of many an encoder


@tasks.offer("comparison")
class Comparison(Task):
    """Which version is highest, loudest or fastest (or least so), and in which order three of them stand."""

    def __init__(self, utterances: int = 400, cues_each: int = 1, order_share: float = 0.3) -> None:
        """Set up.

        Args:
            utterances: of how many utterances versions are made, always the same ones; 0.3 s of a core each.
            cues_each: in how many of pitch, energy and speed each is changed, 1 to 3, one at a time.
            order_share: the share of questions about three versions that ask for their order.
        """
        if not 1 <= cues_each <= len(CUES):
            raise ZooError(f"comparison.cues_each is {cues_each}; an utterance can be changed in 1 to {len(CUES)} cues")
        self.count, self.cues_each, self.order_share = utterances, cues_each, order_share

    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """Utterances of which there are versions, for each cue; they are made now if they are not in the cache."""
        chosen = _some(utterances, self.count)
        found = versions({u.audio_path: _cues(u, self.cues_each) for u in chosen}, cores())
        subjects, refused = [], []
        for utterance in chosen:
            for cue, made in found.get(utterance.audio_path, {}).items():
                if isinstance(made, str):
                    refused.append((utterance.audio_path, cue, made))
                else:
                    subjects.append(Subject(utterance, cue, made))
        self.refused = refused
        return subjects

    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """Two or three of the versions in any order, and a question about them."""
        heard: list[Version] = random.sample(list(subject.kept), random.choice((2, 3)))
        cue = subject.cue
        if len(heard) == len(PLACES) and random.random() < self.order_share:
            stems, answer = RISING, in_order(heard)
            orders = ["-".join(str(place + 1) for place in one) for one in permutations(range(len(heard)))]
            options = shuffled(orders, random)
        else:
            most = random.random() < 0.5
            stems, answer = (MOST if most else LEAST), PLACES[extreme(heard, most)]
            options = shuffled(PLACES[: len(heard)], random)
        stem = about_versions(phrasing(stems, cue, random), len(heard))
        audio = tuple(Path(version.path) for version in heard)
        question, reply = with_options(stem, options), render_answer(answer)
        return Lesson("comparison", cue, subject.utterance, audio, question, options, answer, reply)


def extreme(heard: Sequence[Version], most: bool) -> int:
    """The place of the version that was measured highest, or lowest."""
    by_measure = sorted(range(len(heard)), key=lambda place: heard[place].measured)
    return by_measure[-1 if most else 0]


def in_order(heard: Sequence[Version]) -> str:
    """The places from the lowest measure to the highest, such as 2-1-3."""
    return "-".join(str(place + 1) for place in sorted(range(len(heard)), key=lambda place: heard[place].measured))


def _some(utterances: Sequence[Utterance], count: int) -> list[Utterance]:
    """So many utterances that are not too long, by a hash of their names: more data changes few of them."""
    short = [u for u in utterances if duration_s(u.audio_path) <= LONGEST_S]
    by_hash = sorted(short, key=lambda u: sha256(u.key.encode()).hexdigest())
    return by_hash[:count]


def _cues(utterance: Utterance, count: int) -> list[str]:
    return Random(f"comparison {utterance.key}").sample(CUES, count)
