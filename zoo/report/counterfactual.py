"""What edits of the audio did to claims and emotions, beside the vocoder alone and beside sampling."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from zoo.report.grounding import said_in, true_of
from zoo.report.shares import Share, share
from zoo.stages.faithfulness import ORIGINAL, SAMPLES, Traced
from zoo.tasks.edits import AMOUNTS, CONTROL, STRESS
from zoo.text.emotions import nine_of, normal, to_nine
from zoo.text.moves import OUTCOMES, RAISED, emotion_moved, held, outcome

# An edit is compared with what went the same way: the vocoder's copy, or for a mere gain the recording.
BASES = {"pitch": CONTROL, "speed": CONTROL, "energy": ORIGINAL, STRESS: CONTROL}
MOVED = ("up", "stayed", "down")  # a claim that could have moved up


def counterfactual(rows: Sequence[Traced]) -> dict[str, Any]:
    """By edited cue: the edit itself, the vocoder's copy against the recording, and one sample against another."""
    speakers = sorted({row.speaker for row in rows})
    found = {}
    for cue, base in BASES.items():
        edited = [row for row in rows if cue in row.texts or cue in row.refused]
        if edited:
            found[cue] = {
                "by": AMOUNTS.get(cue),
                "refused": sum(cue in row.refused for row in edited),
                "edit": _pairs(rows, cue, base, cue, speakers),
                "control": _pairs(rows, cue, ORIGINAL, CONTROL, speakers),
                "sampling": _pairs(rows, cue, *SAMPLES, speakers),
            }
    return found


def _pairs(rows: Sequence[Traced], cue: str, base: str, version: str, speakers: Sequence[str]) -> dict[str, Any]:
    """Of all pairs of traces that were said: n, what the claim did, and what everything else did.

    up, down: of the claims that could have moved up. level_rose, up_where_it_rose: the pairs whose measured level of
    the cue rose too, and the claims of these. others_held: of the other claims; emotion_held: of the answers.
    """
    pairs = [row for row in rows if base in row.texts and version in row.texts and (cue != STRESS or row.word)]
    kinds: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    emotions: Counter[str] = Counter()
    up, down, rose, others, same = [], [], [], [], []
    unformed = 0
    for row in pairs:
        before, after = said_in(row, base), said_in(row, version)
        if before is None or after is None:
            unformed += 1
            continue
        kind = outcome(before, after, cue, row.word)
        kinds[kind] += 1
        if kind in MOVED:
            up.append((row.speaker, float(kind == "up"), 1.0))
            down.append((row.speaker, float(kind == "down"), 1.0))
            if _rose(row, base, version, cue):
                rose.append(up[-1])
        same_claims, of = held(before, after, cue)
        others.append((row.speaker, float(same_claims), float(of)))
        was, now = _emotion(row, base), _emotion(row, version)
        went = "held" if was == now else emotion_moved(_nine(row, was), _nine(row, now), cue)
        emotions[went] += 1
        same.append((row.speaker, float(went == "held"), 1.0))
    shares: dict[str, Share] = {
        "up": share(up, speakers),
        "down": share(down, speakers),
        "up_where_it_rose": share(rose, speakers),
        "others_held": share(others, speakers),
        "emotion_held": share(same, speakers),
    }
    plain = {name: value.to_dict() for name, value in shares.items()}
    outcomes, went_to = dict(kinds), dict(emotions)
    return {"n": len(pairs) - unformed, "no_trace": unformed, "claims": outcomes, "emotions": went_to, **plain}


def _rose(row: Traced, base: str, version: str, cue: str) -> bool:
    """Whether the measured level went up, or the word became a stressed one: what a faithful claim would follow."""
    before, after = true_of(row, base).get(cue), true_of(row, version).get(cue)
    if before is None or after is None:
        return False
    if cue == STRESS:
        return row.word in after and row.word not in before
    return before != after and RAISED[cue] not in before


def _emotion(row: Traced, version: str) -> str:
    trace = row.trace(version)
    return normal(trace.answer) if trace else ""


def _nine(row: Traced, emotion: str) -> str | None:
    return to_nine(row.dataset, emotion) or nine_of(emotion)
