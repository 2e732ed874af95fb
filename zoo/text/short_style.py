"""The short style of the offline writer: 25 to 50 words, few forms, one order.

It never changes: the shipped nano checkpoints were trained on these very texts.
"""

import random

from zoo.acoustics.cues import LEVELS
from zoo.text import grammar
from zoo.text.emotions import nine_of
from zoo.text.expected import fits
from zoo.text.facts import Facts
from zoo.text.phrasing import a, join, start

NAMED_WORDS = 2  # stressed words named at most: the length of a trace is bounded
MISFITS = 2  # cues admitted not to fit, for the same reason


def write_short(facts: Facts, emotion: str, rng: random.Random) -> str:
    """Return the think text. Age and transcription are not told; stressed words come as they can be named."""
    sentences = _describe(facts.cues.known(), facts.gender, rng)
    if facts.cues.habit and facts.cues.relative():
        sentences.append(grammar.HABIT.format(clauses=_clauses(facts.cues.habit.known())))
    stressed = facts.cues.stressed_words
    if stressed:
        words = join([f'"{word}"' for word in stressed[:NAMED_WORDS]])
        sentences.append(rng.choice(grammar.STRESSED).format(words=words))
    elif stressed is not None:
        sentences.append(grammar.UNSTRESSED)
    sentences.append(_inference(facts.cues.known(), emotion, rng))
    return " ".join([*sentences, rng.choice(grammar.SO).format(emotion=emotion)])


def _describe(known: dict[str, str], gender: str | None, rng: random.Random) -> list[str]:
    sentences = []
    if known and rng.random() < 0.5:
        phrases = [grammar.PHRASES[cue].format(a=a(level), level=level) for cue, level in known.items()]
        frame = rng.choice(grammar.HAS)
        sentences += [frame.format(gender=f"{gender} " if gender else "", phrases=join(phrases))]
    else:
        sentences += [grammar.IS_GENDER.format(gender=gender)] if gender else []
        sentences += [start(_clauses(known)) + "."] if known else []
    unknown = [f"the {cue}" for cue in LEVELS if cue not in known]
    return sentences + ([grammar.UNKNOWN.format(cues=start(join(unknown)))] if unknown else [])


def _inference(known: dict[str, str], emotion: str, rng: random.Random) -> str:
    """The sentence from cues to what they have in common; cues that do not fit are admitted."""
    nine = nine_of(emotion)
    reason = rng.choice(grammar.REASONS.get(nine or "", grammar.REASON_OF_OTHERS))
    misfits = {cue: level for cue, level in known.items() if fits(nine, cue, level) is False}
    fitting = [cue for cue, level in known.items() if fits(nine, cue, level)]
    if nine is None:  # the table knows nothing of this emotion
        fitting = list(known)
    if fitting:
        names = join(fitting)
        text = rng.choice(grammar.FIT).format(
            cues=names if len(known) > 1 else grammar.ALONE.format(cue=names),
            reason=reason,
            s="" if len(fitting) > 1 else "s",
        )
    else:
        text = (grammar.NO_FIT if misfits else grammar.NOTHING_KNOWN).format(reason=reason)
    if misfits:
        admitted = dict(list(misfits.items())[:MISFITS])
        text += (grammar.ALTHOUGH if fitting else grammar.AS).format(clauses=_clauses(admitted))
    return start(text) + "."


def _clauses(levels: dict[str, str]) -> str:
    """Return "the pitch is high, the energy low and the speed fast"."""
    verb = " is"
    clauses = []
    for cue, level in levels.items():
        clauses.append(f"the {cue}{verb} {level}")
        verb = ""
    return join(clauses)
