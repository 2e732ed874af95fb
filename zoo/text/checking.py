"""Whether a trace written by an LLM may be used: its length, where it names the emotion, and whether it is true."""

from itertools import islice

from zoo.text.conclusion import conclusion
from zoo.text.emotions import NINE, nine_of
from zoo.text.facts import Facts, contradictions
from zoo.text.words import sentences

SHORTEST, LONGEST = 45, 220  # words: the 50 to 200 of arXiv 2601.15668 with a tenth of tolerance, since LLMs miscount
TAGS = ("<", ">", "```", "**")  # of a trace and of Markdown


def faults(text: str, facts: Facts, emotion: str) -> list[str]:
    """Return what is wrong with a text, a clause each; empty where it is a trace of these facts to this emotion."""
    wrong = []
    n_words = len(text.split())
    if not SHORTEST <= n_words <= LONGEST:
        wrong.append(f"it has {n_words} words, not 50 to 200")
    if any(tag in text for tag in TAGS) or text.startswith(("{", "[", "#")):
        wrong.append("it holds tags or marks and should be plain text")
    options = (*(other for other in NINE if other != nine_of(emotion)), emotion)
    reached = conclusion(text, options)
    if reached != emotion:
        wrong.append(f'it arrives at "{reached}", not at "{emotion}"' if reached else f'it never says "{emotion}"')
    if _first_sentence_names(text, emotion):
        wrong.append("it names the emotion in its first sentence")
    return wrong + contradictions(text, facts)


def _first_sentence_names(text: str, emotion: str) -> bool:
    first = next(islice((s for s in sentences(text) if s), 1), [])
    return bool(first) and conclusion(text[: first[-1].end], [emotion]) == emotion
