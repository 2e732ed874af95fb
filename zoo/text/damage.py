"""Traces with known faults: written from known facts, then damaged by kind and strength, with the marks that follow.

What a reward model learns from without a person or a paid API marking traces (stage 3 of arXiv 2601.15668 asks GPT-4o).
A kind of damage touches one criterion first, and the marks follow from the text as it is after all of it: a sentence
that was cut off covers no cue and arrives at no emotion.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from zoo.acoustics.cues import CHOICES, RELATIVE, Cues
from zoo.core.criteria import HIGHEST, LOWEST, Marks
from zoo.text.claims import spoken_word
from zoo.text.emotions import nine_of, to_nine
from zoo.text.facts import Facts
from zoo.text.fluency import fluency
from zoo.text.grounds import arrives, claimed, completeness, factual, leads, truth
from zoo.text.spoil import SPOILS
from zoo.text.trace import Trace
from zoo.text.writer import write

FORM = tuple(SPOILS)
KINDS_OF = {
    "factual": ("invert",),
    "interpretative": ("conclude", "misargue"),
    "completeness": ("drop",),
    "fluency": FORM,
}
KINDS = tuple(kind for kinds in KINDS_OF.values() for kind in kinds)
WHOLE = KINDS_OF["interpretative"]  # done or not done
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
RULES = "rules"  # who gave the marks, where nobody was asked
RIGHT = 0.5  # share of the written traces that end at the utterance's own emotion
UNTOUCHED = 0.15  # share of traces that are left as they were written
SECOND = 0.35  # chance of another kind of damage, to another criterion, on top of the first
SILENT = re.compile(r"can't be told|cannot be judged|the recording is silent|nothing can be said")


@dataclass(frozen=True)
class Damaged:
    """A trace, what was done to it (kind -> strength in (0, 1]) and the marks that it deserves."""

    trace: Trace
    marks: Marks
    damage: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """What a trace is written about: an utterance's facts, and the emotions that its corpus chooses from."""

    facts: Facts
    emotions: Sequence[str]
    dataset: str = ""
    style: str = "short"
    language: str = "en"


def draw(random: Random) -> dict[str, float]:
    """Draw what is to be done to a trace: nothing, or up to three kinds, each at a strength of its own."""
    if random.random() < UNTOUCHED:
        return {}
    criteria = random.sample(list(KINDS_OF), 3)
    number = 1 + (random.random() < SECOND) + (random.random() < SECOND * SECOND)
    kinds = [random.choice(KINDS_OF[criterion]) for criterion in criteria[:number]]
    return {kind: 1.0 if kind in WHOLE else random.choice(STRENGTHS) for kind in kinds}


def written(subject: Subject, emotion: str | None, count: int, random: Random) -> list[Damaged]:
    """Traces that end at right and wrong answers, damaged as drawn; `emotion` is the right one, where it is known."""
    found = []
    for _ in range(count):
        right = emotion in subject.emotions and random.random() < RIGHT
        answer = emotion if right and emotion else random.choice(list(subject.emotions))
        found.append(damaged(subject, answer, draw(random), random))
    return found


def damaged(subject: Subject, answer: str, damage: Mapping[str, float], random: Random) -> Damaged:
    """Write a trace that ends at `answer` and damage it as `damage` says.

    `answer` is one of the subject's emotions, right or wrong: who marks a trace does not know which.
    """
    facts = _inverted(subject.facts, damage.get("invert", 0.0), random)
    facts = _dropped(facts, damage.get("drop", 0.0), random)
    argued = answer
    if damage.keys() & set(WHOLE):
        argued = random.choice([emotion for emotion in subject.emotions if nine_of(emotion) != nine_of(answer)])
    sentences = _sentences(_write(subject, facts, argued, random))
    if "drop" in damage:
        sentences = [s for s in sentences if not SILENT.search(s)]  # a cue left out is not one that can't be heard
    if "misargue" in damage and "conclude" not in damage:
        sentences[-1] = _sentences(_write(subject, facts, answer, random))[-1]
    for kind in FORM:
        if kind in damage:
            sentences = SPOILS[kind](sentences, damage[kind], random)
    trace = Trace(" ".join(sentences), answer)
    form = 1.0 - min(1.0, sum(strength for kind, strength in damage.items() if kind in FORM))
    return Damaged(trace, marks(trace, subject, form, sound="misargue" not in damage), dict(damage))


def marks(trace: Trace, subject: Subject, form: float | None = None, sound: bool = True) -> Marks:
    """The marks of a trace by rule.

    Args:
        trace: a written, damaged or sampled one.
        subject: what is known of the utterance.
        form: share of the best mark for fluency where it is known, such as from the damage; else it is estimated.
        sound: whether the reason that is given is that of the emotion which is argued for.
    """
    said, true = claimed(trace.think), truth(subject.facts)
    nine = to_nine(subject.dataset, trace.answer) or nine_of(trace.answer)
    inference = 0.5 * leads(said, nine) * sound + 0.5 * arrives(trace.think, trace.answer, subject.emotions)
    if form is None:
        form = fluency(trace.think, contradicts_itself=any(len(said.get(cue, ())) > 1 for cue in CHOICES))
    return Marks(_mark(factual(said, true)), _mark(inference), _mark(completeness(said, true)), _mark(form))


def _mark(share: float) -> int:
    return LOWEST + math.floor(share * (HIGHEST - LOWEST) + 0.5)


def _write(subject: Subject, facts: Facts, emotion: str, random: Random) -> str:
    return write(
        facts.cues,
        emotion,
        random,
        gender=facts.gender,
        transcription=facts.transcription,
        style=subject.style,
        age=facts.age,
        language=subject.language,
    )


def _sentences(think: str) -> list[str]:
    """Sentences with their full stops; those inside a quotation end none."""
    plain = re.sub(r'"[^"]*"', lambda quote: "x" * len(quote[0]), think)
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s|$)", plain)]
    starts = [0, *ends]
    parts = [think[start:end].strip() for start, end in zip(starts, [*ends, len(think)], strict=True)]
    return [part for part in parts if part]


def _some(names: Sequence[str], strength: float, random: Random) -> set[str]:
    """So large a share of the names, one at least."""
    return set(random.sample(list(names), math.ceil(strength * len(names)))) if names else set()


def _inverted(facts: Facts, strength: float, random: Random) -> Facts:
    """Facts of which a share is false: another level, another word stressed, the other gender."""
    if not strength:
        return facts
    cues, words = facts.cues, facts.cues.stressed_words or ()
    spoken = [spoken_word(word) for word in (facts.transcription or "").split()]
    others = sorted({word for word in spoken if word} - {spoken_word(word) for word in words})
    known = cues.levels()
    names = [*known, *(["gender"] if facts.gender else []), *(["stress"] if words and others else [])]
    wrong = _some(names, strength, random)
    levels = {
        cue: random.choice([other for other in CHOICES[cue] if other != level])
        for cue, level in known.items()
        if cue in wrong
    }
    if "stress" in wrong:
        cues = replace(cues, stressed_words=tuple(random.sample(others, min(len(words), len(others)))))
    gender = {"female": "male", "male": "female"}.get(facts.gender or "") if "gender" in wrong else facts.gender
    return replace(facts, cues=_changed(cues, levels), gender=gender)


def _dropped(facts: Facts, strength: float, random: Random) -> Facts:
    """Facts of which a share is not told."""
    if not strength:
        return facts
    cues = facts.cues
    names = [*cues.levels(), *(["stressed_words"] if cues.stressed_words else [])]
    return replace(facts, cues=_changed(cues, dict.fromkeys(_some(names, strength, random))))


def _changed(cues: Cues, told: Mapping[str, Any]) -> Cues:
    """Cues with other values, those against the speaker's habit by their names in `RELATIVE`."""
    habit = {cue: told[name] for cue, name in RELATIVE.items() if name in told}
    own = {name: value for name, value in told.items() if name not in RELATIVE.values()}
    return replace(cues, habit=replace(cues.habit, **habit) if cues.habit else None, **own)
