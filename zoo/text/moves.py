"""What became of a trace's claims when one cue of its audio was raised: compared claim by claim with the trace before.

Pitch, energy and speed have three levels. A trace that claims two of them stands at their mean. Stress has one word
that it was moved to, which a trace calls stressed or not.
"""

from zoo.acoustics.cues import LEVELS
from zoo.text.expected import fits
from zoo.text.grounds import Values

RAISED = {cue: LEVELS[cue][-1] for cue in ("pitch", "speed", "energy")}  # the level that an edit upwards leads to
OUTCOMES = ("up", "stayed", "down", "top", "silent")


def outcome(before: Values, after: Values, cue: str, word: str | None = None) -> str:
    """Where the claim about a raised cue went.

    `up`, `stayed` or `down`; `top` where it stood at the highest level before and after, and can say nothing; `silent`
    where a trace claims nothing of the cue, of stress where neither does.
    """
    if cue == "stress":
        if not before.get(cue) and not after.get(cue):
            return "silent"
        was, now, top = float(word in before.get(cue, ())), float(word in after.get(cue, ())), 1.0
    else:
        if not before.get(cue) or not after.get(cue):
            return "silent"
        was, now, top = _stands(before, cue), _stands(after, cue), float(len(LEVELS[cue]) - 1)
    if was == now:
        return "top" if was == top else "stayed"
    return "up" if now > was else "down"


def held(before: Values, after: Values, cue: str | None) -> tuple[int, int]:
    """How many of the other cues that either trace speaks of are claimed just as before, and how many there are."""
    others = [other for other in (*LEVELS, "stress") if other != cue and (before.get(other) or after.get(other))]
    return sum(before.get(other) == after.get(other) for other in others), len(others)


def emotion_moved(before: str | None, after: str | None, cue: str) -> str:
    """Where an answer that changed, as one of the nine, went when a cue rose.

    `towards` an emotion that the raised level fits from one that it does not; `away` from such a one; `aside` between
    two that the table does not tell apart by it. A stressed word speaks for no emotion.
    """
    was, now = (fits(nine, cue, RAISED[cue]) if cue in RAISED else None for nine in (before, after))
    if bool(was) == bool(now):
        return "aside"
    return "towards" if now else "away"


def _stands(said: Values, cue: str) -> float:
    places = [LEVELS[cue].index(value) for value in said[cue]]
    return sum(places) / len(places)
