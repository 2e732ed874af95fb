"""Answer forms: what a model is asked to write, how it is written and read back, and what it alone is measured by.

Everything that sees an answer asks the model's form for it, so training, rewards, evaluation and the demo page are the
same for all of them. A form is offered by one file; a recipe names it as `form:`, a checkpoint keeps it in its prompt.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache

from zoo.core.registry import answer_forms
from zoo.text.prompt import FORM, QUESTION, SYSTEM, Prompt
from zoo.text.trace import Trace


class AnswerForm(ABC):
    """How a trace stands in an answer. `system` and `question` are the words that ask for it."""

    system: str = SYSTEM
    question: str = QUESTION
    has_transcript: bool = False  # without its words an utterance cannot be written about
    reference_style: str | None = None  # of what an answer is compared with, where the corpus brings nothing

    @abstractmethod
    def render(self, trace: Trace) -> str:
        """Return the text of a trace; what the form has no place for is left out."""

    @abstractmethod
    def parse(self, text: str, options: Sequence[str] = ()) -> Trace | None:
        """Return the trace, or None where the text has not this form; `options` are the emotions. Never raises."""

    @abstractmethod
    def so_far(self, text: str) -> Trace:
        """Return as much of a trace as stands in a text that is still being written. Never raises."""

    def figures(self, pairs: Sequence[tuple[Trace | None, Trace]]) -> dict[str, float]:
        """Return what this form alone is measured by: traces as they were read, beside what they were to say."""
        return {}


@cache
def answer_form(name: str = FORM) -> AnswerForm:
    """The form of a name; a `ZooError` with the nearest right name if there is none."""
    form: AnswerForm = answer_forms.build(name)
    return form


def prompt_of(name: str) -> Prompt:
    """The prompt that asks for a form."""
    form = answer_form(name)
    return Prompt(form.system, form.question, name)
