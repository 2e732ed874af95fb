"""The levels of a voice: low, normal or high pitch and energy, slow to fast, and the kind of intonation."""

from collections.abc import Sequence
from random import Random

from zoo.acoustics.cues import LEVELS
from zoo.core.registry import tasks
from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance
from zoo.tasks.task import Subject, Task, shuffled
from zoo.text.questions import LEVEL, phrasing, with_options
from zoo.text.trace import render_answer


@tasks.offer("attributes")
class Attributes(Task):
    """Prosodic attribute classification (arXiv 2601.15668): every level that could be measured is asked for."""

    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """Each known cue; an utterance too short to have an intonation has none to ask for."""
        return [Subject(u, cue) for u in utterances if u.cues is not None for cue in u.cues.known()]

    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """One of several phrasings, the options in any order."""
        utterance, cue = subject.utterance, subject.cue
        assert utterance.cues is not None
        options = shuffled(LEVELS[cue], random)
        question = with_options(phrasing(LEVEL, cue, random), options)
        answer = utterance.cues.known()[cue]
        reply = render_answer(answer)
        return Lesson("attributes", cue, utterance, (utterance.audio_path,), question, options, answer, reply)
