"""The emotion by itself, asked for in a word: the whole loss of such a lesson is on one word, of a trace's fifty."""

from collections.abc import Mapping, Sequence
from random import Random

from zoo.core.registry import tasks
from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance
from zoo.tasks.task import Subject, Task, shuffled
from zoo.text.answer_form import AnswerForm
from zoo.text.questions import EMOTION, phrasing, with_options
from zoo.text.trace import render_answer


@tasks.offer("emotion")
class Emotion(Task):
    """Which emotion a voice expresses, without reasoning; beside a cold start that reasons."""

    def __init__(self, *, emotions: Mapping[str, tuple[str, ...]], form: AnswerForm | None = None) -> None:
        """Set up; `emotions` are the option lists by corpus. The form of traces changes nothing here."""
        self.emotions = emotions

    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """Utterances with an emotion of their corpus's list."""
        return [Subject(u, "emotion") for u in utterances if u.emotion in self.emotions.get(u.dataset, ())]

    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """One of several phrasings, the options in any order."""
        utterance, answer = subject.utterance, str(subject.utterance.emotion)
        options = shuffled(self.emotions[utterance.dataset], random)
        question = with_options(phrasing(EMOTION, "emotion", random), options)
        audio = (utterance.audio_path,)
        return Lesson("emotion", "emotion", utterance, audio, question, options, answer, render_answer(answer))
