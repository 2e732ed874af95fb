"""The cold start: reasoning about the voice that reaches its emotion, in the form that reinforcement learning needs."""

from collections.abc import Mapping, Sequence
from random import Random

from zoo.core.registry import tasks
from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance
from zoo.tasks.task import Subject, Task
from zoo.text.answer_form import AnswerForm, answer_form
from zoo.text.trace import Trace, think_of
from zoo.text.writer import write


@tasks.offer("cold-start")
class ColdStart(Task):
    """EmotionCoT reasoning (arXiv 2601.15668): a corpus's own traces where it has some, else written about its cues."""

    def __init__(
        self, style: str = "short", *, emotions: Mapping[str, tuple[str, ...]], form: AnswerForm | None = None
    ) -> None:
        """Set up; `style` of written traces is "short" or "long", `emotions` are the option lists by corpus."""
        self.style, self.emotions, self.form = style, emotions, form or answer_form()

    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """Utterances with an emotion of their corpus's list, and a trace or a cue to write one about.

        For a form that tells the words they must be known too.
        """
        return [
            Subject(u, "emotion", trace)
            for u in utterances
            if u.emotion in self.emotions.get(u.dataset, ())
            and (u.transcription or not self.form.has_transcript)
            and ((trace := think_of(u.reasoning)) or (u.cues is not None and (u.cues.known() or u.cues.stressed_words)))
        ]

    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """The question about emotions that the model itself asks, and a trace that ends in the right one."""
        utterance = subject.utterance
        emotion = str(utterance.emotion)
        think = subject.kept or self._written(utterance, random)
        options = self.emotions[utterance.dataset]
        reply = self.form.render(Trace(think, emotion, utterance.transcription))
        return Lesson("cold-start", "emotion", utterance, (utterance.audio_path,), None, options, emotion, reply)

    def _written(self, utterance: Utterance, random: Random) -> str:
        assert utterance.cues is not None
        return write(
            utterance.cues,
            str(utterance.emotion),
            random,
            gender=utterance.gender,
            transcription=utterance.transcription,
            style=self.style,
            language=utterance.language,
        )
