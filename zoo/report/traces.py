"""Answers to read beside their recordings: held-out ones, and groups that were sampled while a policy trained."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from zoo.acoustics.cues import Cues
from zoo.core.errors import ZooError
from zoo.report.clip import LONGEST_S, Clip, clip, shown
from zoo.report.told import SIGNS, coloured, held, listed
from zoo.stages.said import Said
from zoo.text.facts import Facts

EXAMPLES, GROUPS = 6, 2  # clips that a page embeds: a handful, so that it stays a file to send


def held_out(said: Sequence[Said]) -> str:
    """A few answers, right and wrong ones of as many emotions as there are."""
    chosen = examples(said)
    head = (
        f"<p class=soft>{len(chosen)} of {len(said)} answers, right and wrong ones in turn, each with at most "
        f"{LONGEST_S:.0f} s of its recording. Cues by the corpus's levels; stressed words as aligned.</p>"
    )
    return head + _legend() + "".join(_example([row], _told(row)) for row in chosen)


def sampled(samples: Sequence[Said]) -> str:
    """The last groups that were looked at, their answers the best first."""
    last = max(row.step or 0 for row in samples)
    groups: dict[str, list[Said]] = {}
    for row in samples:
        if row.step == last:
            groups.setdefault(row.key, []).append(row)
    head = f"<p class=soft>Sampled at step {last}; {len(samples)} answers of this run were kept for this page.</p>"
    return head + "".join(
        _example(
            sorted(rows, key=lambda row: -(row.reward or 0.0)),
            f"{len(rows)} answers, {rows[0].emotion}"
            + ("" if rows[0].trust is None else f", trust {rows[0].trust:.2f}"),
        )
        for rows in list(groups.values())[:GROUPS]
    )


def examples(said: Sequence[Said]) -> list[Said]:
    """`EXAMPLES` answers, of one emotion after the other, a right and a wrong one in turn as far as there are any."""
    emotions = sorted({(row.dataset, row.emotion) for row in said})
    chosen: dict[str, Said] = {}
    for turn in range(EXAMPLES * len(emotions)):
        emotion, wanted = emotions[turn % len(emotions)], (turn + turn // len(emotions)) % 2 == 0
        left = [row for row in said if (row.dataset, row.emotion) == emotion and row.key not in chosen]
        row = next((row for row in left if row.right == wanted), left[0] if left else None)
        if row is not None and len(chosen) < EXAMPLES:
            chosen[row.key] = row
    return list(chosen.values())


def _told(row: Said) -> str:
    sign = "✓ right" if row.right else "✗ wrong"
    return f"{sign}: it is {row.emotion}, it says {row.answer or 'nothing that counts'}"


def _example(rows: Sequence[Said], head: str) -> str:
    """A recording, drawn, and the answers to it."""
    one = rows[0]
    try:
        found = clip(one.audio_path, one.transcription, one.language)
        heard: Clip | None = found
        drawn = shown(found)
    except ZooError as error:
        heard, drawn = None, f"<p class=soft>Its recording cannot be shown: {escape(str(error))}</p>"
    facts = _facts(one, heard)
    words = f"<p class=soft>&ldquo;{escape(one.transcription)}&rdquo;</p>" if one.transcription else ""
    measured = "; ".join(_measured(facts)) or "nothing was measured"
    answers = "".join(_answer(row, facts, len(rows) > 1) for row in rows)
    return (
        f"<article class=card><h3>{escape(head)} <span class=soft>{escape(one.key)}</span></h3>{words}{drawn}"
        f"<p class=soft>measured: {escape(measured)}</p>{answers}</article>"
    )


def _facts(row: Said, heard: Clip | None) -> Facts:
    """What is known: the cues as the training knew them, and the stress where it did not."""
    cues = Cues.from_dict(row.cues or {})
    if cues.stressed_words is None and heard is not None:
        cues = replace(cues, stressed_words=heard.stressed)
    return Facts(cues, row.gender, transcription=row.transcription)


def _measured(facts: Facts) -> Iterable[str]:
    yield from (f"{cue} {level}" for cue, level in facts.cues.levels().items())
    if facts.cues.stressed_words is not None:
        yield "stress " + (", ".join(facts.cues.stressed_words) or "on no word")
    if facts.gender:
        yield facts.gender


def _answer(row: Said, facts: Facts, several: bool) -> str:
    """An answer with what it is worth; of several, each says what it answers."""
    worth = [] if row.reward is None else [f"reward {row.reward:.2f}"]
    worth += [f"{name} {value:.2f}" for name, value in (row.parts or {}).items()]
    head = f"{'✓' if row.right else '✗'} {row.answer or 'no form'}; " if several else ""
    line = f"{head}{', '.join([*worth, f'{row.tokens} tokens'])}"
    return f"<div class=answer>{_trace(row, facts)}<p class=soft>{escape(line)}</p></div>"


def _trace(row: Said, facts: Facts) -> str:
    """A think text with its claims marked, and what the signal says to each; the bare text where it has no form."""
    found = row.trace
    if found is None:
        why = "<p class=soft>It has no form, so nothing in it counts.</p>"
        return f"<p class=trace>{escape(row.text) or '(nothing)'}</p>{why}"
    claims = held(found.think, facts)
    words = f"<p class=soft>heard: {escape(found.transcript)}</p>" if found.transcript else ""
    return f"{words}<p class=trace>{coloured(found.think, claims)}</p>{listed(claims)}"


def _legend() -> str:
    """What the marks of claims mean, whether or not their colours can be told apart."""
    words = {True: "supported", False: "contradicted", None: "cannot be decided"}
    marks = (f'<mark class="{SIGNS[v][0]}">claim</mark> {SIGNS[v][1]} {said}' for v, said in words.items())
    return f"<p class=verdicts>Claims, held against what was measured: {', '.join(marks)}.</p>"
