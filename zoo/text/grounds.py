"""What a trace's claims are worth against the known facts, as shares: for judges, for markers and for reports."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from zoo.text.claims import claims
from zoo.text.conclusion import conclusion
from zoo.text.emotions import normal
from zoo.text.expected import fits
from zoo.text.facts import Facts

Values = Mapping[str, set[str]]  # cue -> the values that are claimed, or true, of it


def claimed(text: str) -> Values:
    """Every value that a text claims, by cue. Saying a thing twice counts once."""
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims(text):
        found[claim.cue].add(claim.value)
    return dict(found)


def truth(facts: Facts) -> Values:
    """What can be checked; not a cue that was not measured. Nothing under "stress": no word was stressed."""
    found: dict[str, set[str]] = {"stress": set()} if facts.cues.stressed_words is not None else {}
    for cue, value in facts.stated():
        found.setdefault(cue, set()).add(value)
    return found


def factual(said: Values, true: Values) -> float:
    """The share of checkable claims that are true; 0 if there is none."""
    checked = [value in true[cue] for cue, values in said.items() if cue in true for value in values]
    return sum(checked) / len(checked) if checked else 0.0


def completeness(said: Values, true: Values) -> float:
    """The share of the known cues that a trace speaks of at all, rightly or wrongly.

    Stress counts where a word is stressed. Gender and age are no cues of the emotion and need not be told.
    """
    known = [cue for cue, values in true.items() if cue not in ("gender", "age") and values]
    return sum(bool(said.get(cue)) for cue in known) / len(known) if known else 1.0


def leads(said: Values, nine: str | None) -> float:
    """The share of the claimed cues that fit one of the nine emotions.

    0 where it is none of them, or nothing is claimed that the table speaks of: no inference from cues can be seen.
    """
    judged = [fit for cue, values in said.items() if (fit := _fit(nine, cue, values)) is not None]
    return sum(judged) / len(judged) if judged else 0.0


def arrives(think: str, answer: str, emotions: Iterable[str]) -> bool:
    """Whether a think text ends at the answer that is then given."""
    arrived = conclusion(think, emotions)
    return arrived is not None and normal(arrived) == normal(answer)


def _fit(nine: str | None, cue: str, values: set[str]) -> bool | None:
    """Whether all that is claimed of a cue fits; None where the table says nothing."""
    answers = [fits(nine, cue, value) for value in values]
    return None if None in answers else all(answers)
