"""Cues in sentences: one cue or several together, alike or in contrast, as clauses or as a list of noun phrases."""

import random
from typing import NamedTuple

from zoo.text.cue_forms import (
    ALIKE,
    CLAUSES,
    CLAUSES_AT,
    DIRECTION,
    FOR_SPEAKER,
    LISTS,
    MORE,
    MORE_WORDS,
    NO_LESS,
    NOUN_PHRASES,
    ONWARD,
    THREE,
    UNLIKE,
    WORDS,
)
from zoo.text.forms import choose
from zoo.text.phrasing import a, join

MOST_CLAUSES = 3  # in one sentence


class Speaker(NamedTuple):
    """How a trace refers to its speaker: a pronoun says the gender, so it is used only where that is known."""

    she: str
    her: str


def speaker(gender: str | None, rng: random.Random) -> Speaker:
    """Return "she" and "her" for a known gender (in most traces), else "the speaker" and "the"."""
    pronouns = {"female": Speaker("she", "her"), "male": Speaker("he", "his")}
    return pronouns[gender] if gender in pronouns and rng.random() < 0.7 else Speaker("the speaker", "the")


def describe(levels: dict[str, str], who: Speaker, rng: random.Random) -> list[str]:
    """Return sentences that state every level once, in an order and grouping of their own."""
    items = list(levels.items())
    rng.shuffle(items)
    sentences: list[str] = []
    while items:
        if rng.random() < 0.4:
            n = rng.randint(1, len(items))
            text = _list(items[:n], who, rng)
        else:
            n = rng.randint(1, min(len(items), MOST_CLAUSES))
            text = _clauses(items[:n], who, rng) + "."
            onward = choose(ONWARD, rng) if sentences else ""
            text = text if any(s.startswith(onward) for s in sentences) else onward + text
        sentences.append(text)
        items = items[n:]
    return sentences


def clause(cue: str, level: str, who: Speaker, rng: random.Random) -> str:
    """Return "her pitch is high" in one of its forms, without a capital."""
    special = CLAUSES_AT.get((cue, level))
    form = choose([CLAUSES[cue], special] if special else CLAUSES[cue], rng)
    word = choose(WORDS[cue, level], rng)
    return form.format(a=a(word), level=word, she=who.she, her=who.her)


def describe_habit(levels: dict[str, str], who: Speaker, rng: random.Random) -> str:
    """Return a sentence that states levels against the speaker's habit, in an order of its own."""
    items = list(levels.items())
    rng.shuffle(items)
    if rng.random() < 0.5:
        clauses = join([clause(cue, level, who, rng) for cue, level in items])  # no "while": it would end the scope
        return choose(FOR_SPEAKER, rng).format(clauses=clauses)
    items.sort(key=lambda item: item[1] == "normal")  # a stable sort: what differs comes first
    (cue, level), *others = items
    form = choose(NO_LESS if level == "normal" else MORE, rng)
    rest = [f"the {other} {MORE_WORDS[other, value]}" for other, value in others]
    return join([form.format(cue=cue, level=MORE_WORDS[cue, level]), *rest]) + "."


def _clauses(items: list[tuple[str, str]], who: Speaker, rng: random.Random) -> str:
    texts = [clause(cue, level, who, rng) for cue, level in items]
    if len(texts) == 1:
        return texts[0]
    if len(texts) == 2:
        directions = {DIRECTION[cue].get(level, 0) for cue, level in items}
        form = choose(UNLIKE if directions == {-1, 1} else ALIKE, rng)
        return form.format(first=texts[0], second=texts[1])
    return choose(THREE, rng).format(first=texts[0], second=texts[1], third=texts[2])


def _list(items: list[tuple[str, str]], who: Speaker, rng: random.Random) -> str:
    phrases = []
    for cue, level in items:
        word = choose(WORDS[cue, level], rng)
        phrases.append(choose(NOUN_PHRASES[cue], rng).format(a=a(word), level=word))
    verb = "are" if len(phrases) > 1 else "is"
    return choose(LISTS, rng).format(phrases=join(phrases), her=who.her, **{"is": verb})
