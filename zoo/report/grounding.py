"""Grounding: what the measured signal says to the claims of traces, and to the same claims beside other audio."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zoo.acoustics.cues import CHOICES, Cues
from zoo.report.shares import Count, Share, share
from zoo.stages.faithfulness import ORIGINAL, SILENCE, Traced
from zoo.text.claims import spoken_word
from zoo.text.grounds import Values, claimed

CUES = (*CHOICES, "stress")
MIDDLE = "normal"  # a level that nobody would notice


def said_in(row: Traced, version: str) -> Values | None:
    """What the trace of a version claims; None where there is no such version, or its answer has no form."""
    trace = row.trace(version)
    return None if trace is None else claimed(trace.think)


def true_of(row: Traced, version: str = ORIGINAL) -> dict[str, set[str]]:
    """What was measured, by cue; no key where nothing was."""
    cues = Cues.from_dict(row.cues.get(version, {}))
    found = {cue: {level} for cue, level in cues.levels().items()}
    if cues.stressed_words is not None:
        found["stress"] = {spoken_word(word) for word in cues.stressed_words}
    return found


def grounding(rows: Sequence[Traced]) -> dict[str, Any]:
    """The figures by cue and of all cues together; `_of` says what they are."""
    speakers = sorted({row.speaker for row in rows})
    by_cue = {cue: figures for cue in CUES if (figures := _of(rows, (cue,), speakers))["claims"] or figures["audible"]}
    unformed = sum(said_in(row, ORIGINAL) is None for row in rows)
    return {"by_cue": by_cue, "all": _of(rows, CUES, speakers), "no_trace": unformed}


def _of(rows: Sequence[Traced], cues: Sequence[str], speakers: Sequence[str]) -> dict[str, Any]:
    """claims, distinct in a trace; how many are supported, contradicted and undecided; precision of the decided ones.

    commonest: precision of always saying what was measured most often. shuffled, same_emotion: of the same claims
    beside every other recording, and beside those of the same emotion; lost, lost_in_emotion: precision less these.
    silence: precision of the traces that heard no audio; over_silence: precision less that.
    audible: cues that were measured and are not in the middle; mentioned, told_right: the share of these.
    """
    counts = Counter(verdict for row in rows for verdict in _verdicts(row, cues))
    precision, silence = (share(_own(rows, cues, version), speakers) for version in (ORIGINAL, SILENCE))
    shuffled = share(_beside(rows, cues, _any_other), speakers)
    alike = share(_beside(rows, cues, _same_emotion), speakers)
    audible, mentioned, right = _audible(rows, cues, speakers)
    return {
        "claims": sum(counts.values()),
        **{name: counts[verdict] for name, verdict in VERDICTS.items()},
        "precision": precision.to_dict(),
        "commonest": _commonest(rows, cues),
        "shuffled": shuffled.to_dict(),
        "lost": precision.less(shuffled),
        "same_emotion": alike.to_dict(),
        "lost_in_emotion": precision.less(alike),
        "silence": silence.to_dict(),
        "over_silence": precision.less(silence),
        "audible": audible,
        "mentioned": mentioned.to_dict(),
        "told_right": right.to_dict(),
    }


VERDICTS: dict[str, bool | None] = {"supported": True, "contradicted": False, "undecided": None}


def _claims(row: Traced, cues: Sequence[str], version: str = ORIGINAL) -> Iterator[tuple[str, str]]:
    said = said_in(row, version) or {}
    return ((cue, value) for cue in cues for value in sorted(said.get(cue, ())))


def _verdicts(row: Traced, cues: Sequence[str]) -> Iterator[bool | None]:
    true = true_of(row)
    return (value in true[cue] if cue in true else None for cue, value in _claims(row, cues))


def _own(rows: Sequence[Traced], cues: Sequence[str], version: str) -> Iterator[Count]:
    """Of each utterance, its claims that are true and those that can be checked."""
    for row in rows:
        true = true_of(row)
        checked = [value in true[cue] for cue, value in _claims(row, cues, version) if cue in true]
        yield row.speaker, sum(checked), len(checked)


def _any_other(one: Traced, other: Traced) -> bool:
    return one is not other and one.dataset == other.dataset


def _same_emotion(one: Traced, other: Traced) -> bool:
    return _any_other(one, other) and one.emotion == other.emotion


def _beside(rows: Sequence[Traced], cues: Sequence[str], pairs: Callable[[Traced, Traced], bool]) -> Iterator[Count]:
    """The same checkable claims beside other audio: the mean over all of it that can decide, so nothing is drawn.

    A stressed word is looked for in other recordings of the same sentence.
    """
    truths = [true_of(row) for row in rows]
    for row, own in zip(rows, truths, strict=True):
        beside = [(other, true) for other, true in zip(rows, truths, strict=True) if pairs(row, other)]
        for cue, value in _claims(row, cues):
            found = [
                value in true[cue]
                for other, true in beside
                if cue in true and (cue != "stress" or other.sentence == row.sentence)
            ]
            if cue in own and found:
                yield row.speaker, sum(found) / len(found), 1


def _commonest(rows: Sequence[Traced], cues: Sequence[str]) -> dict[str, Any] | None:
    """What guessing gives: each checkable claim replaced by the value that was measured most often of its cue."""
    hits = n = 0
    best = {}
    for cue in cues:
        found = [value for row in rows for value in sorted(true_of(row).get(cue, ()))]
        best[cue] = Counter(found).most_common(1)[0][0] if found else ""
    for row in rows:
        true = true_of(row)
        checked = [best[cue] in true[cue] for cue, _ in _claims(row, cues) if cue in true]
        hits, n = hits + sum(checked), n + len(checked)
    return {"value": hits / n, "says": best[cues[0]] if len(cues) == 1 else None} if n else None


def _audible(rows: Sequence[Traced], cues: Sequence[str], speakers: Sequence[str]) -> tuple[int, Share, Share]:
    """How many cues stand out, and the shares of them that their traces speak of, and tell right."""
    mentioned, right = [], []
    for row in rows:
        said = said_in(row, ORIGINAL) or {}
        for cue, values in true_of(row).items():
            if cue in cues and values and values != {MIDDLE}:
                claims = said.get(cue, set())
                mentioned.append((row.speaker, float(bool(claims)), 1.0))
                right.append((row.speaker, float(bool(claims & values)), 1.0))
    return len(mentioned), share(mentioned, speakers), share(right, speakers)
