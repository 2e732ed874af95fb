"""The API marker: the four marks of one trace from an LLM, asked once more where it does not give them."""

from zoo.core.criteria import Marks
from zoo.text.collect import Failed
from zoo.text.endpoint import Client
from zoo.text.facts import Facts
from zoo.text.marking import ask_again, question, read_marks
from zoo.text.trace import Trace


def mark(client: Client, facts: Facts, trace: Trace) -> Marks:
    """Ask for the marks of a trace about a voice of which `facts` are known.

    Raises:
        Failed: if nothing was measured of the voice, no answer came, or neither of two can be read.
        ZooError: where every further question would fare the same.
    """
    can_be_judged(facts)
    asked = question(facts, trace)
    answer = client.ask(asked)
    try:
        return read_marks(answer)
    except Failed as error:
        reason = str(error)
    try:
        return read_marks(client.ask(ask_again(asked, answer, reason)))
    except Failed as error:
        if error.unanswered:
            raise
        raise Failed(f"no marks twice: {error}") from None


def can_be_judged(facts: Facts) -> None:
    """Raise `Failed` where nothing was measured of the voice that a trace could be held against."""
    if not facts.cues.known() and not facts.cues.stressed_words:
        raise Failed("nothing was measured of this voice, so no trace about it can be marked")
