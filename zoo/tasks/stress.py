"""Word stress: which words a speaker stresses, by naming them or by choosing one of several."""

from collections.abc import Sequence
from random import Random

from zoo.acoustics.alignment import words_of
from zoo.core.registry import tasks
from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance
from zoo.tasks.task import Subject, Task, shuffled
from zoo.text.questions import ALL_STRESSED, STRESSED, about_words, phrasing, with_options
from zoo.text.trace import render_answer

MOST_OPTIONS, FEWEST_OPTIONS = 4, 2  # chance is then a quarter, and a half for the shortest utterances


@tasks.offer("stress")
class Stress(Task):
    """Word-level stress perception (arXiv 2601.15668, after Stress-17K): stressed words of a known sentence."""

    def __init__(self, open_share: float = 0.5) -> None:
        """Set up; `open_share` of the questions ask for all stressed words, the others to choose one of up to four."""
        self.open_share = open_share

    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """Utterances with a stressed word of their own transcription, and one that is not stressed beside it."""
        return [Subject(u, "stress", words) for u in utterances if (words := _words(u)) and all(words)]

    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """Name the stressed words in their order, or choose the one that is stressed among some that are not."""
        utterance = subject.utterance
        stressed, others = subject.kept
        said = str(utterance.transcription)
        options: tuple[str, ...] = ()
        if random.random() < self.open_share:
            question, answer = about_words(phrasing(ALL_STRESSED, "stress", random), said), ", ".join(stressed)
        else:
            answer = random.choice(stressed)
            wrong = random.sample(others, min(MOST_OPTIONS - 1, len(others)))
            options = shuffled([answer, *wrong], random)
            question = about_words(with_options(phrasing(STRESSED, "stress", random), options), said)
        audio = (utterance.audio_path,)
        return Lesson("stress", "stress", utterance, audio, question, options, answer, render_answer(answer))


def _words(utterance: Utterance) -> tuple[list[str], list[str]] | None:
    """The words of the transcription, each once and in lower case: those that are stressed, and the others."""
    if utterance.cues is None or not utterance.cues.stressed_words or not utterance.transcription:
        return None
    marked = {word.lower() for name in utterance.cues.stressed_words for word in words_of(name)}
    words = list(dict.fromkeys(word.lower() for word in words_of(utterance.transcription)))
    return [word for word in words if word in marked], [word for word in words if word not in marked]
