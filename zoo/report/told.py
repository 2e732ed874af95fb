"""A trace as HTML: each claim coloured by whether the measured signal bears it out, and said in a list below."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from zoo.text.claims import claims
from zoo.text.facts import Facts
from zoo.text.grounds import truth

SIGNS = {True: ("yes", "\u2713"), False: ("no", "\u2717"), None: ("open", "?")}
WORST = (False, True, None)  # which verdict is shown where two claims share their words


@dataclass(frozen=True)
class Held:
    """A claim at [start, end) of a text; supported is None where the signal does not decide."""

    cue: str
    value: str
    start: int
    end: int
    measured: tuple[str, ...]
    supported: bool | None


def held(text: str, facts: Facts) -> list[Held]:
    """Every claim of a text held against what was measured, in order of place."""
    true = truth(facts)
    found = []
    for claim in claims(text):
        known = true.get(claim.cue)
        found.append(
            Held(
                claim.cue,
                claim.value,
                claim.start,
                claim.end,
                tuple(sorted(known or ())),
                None if known is None else claim.value in known,
            )
        )
    return found


def coloured(text: str, found: Sequence[Held]) -> str:
    """The text, its claims marked; where claims overlap the worst verdict is shown."""
    edges = sorted({0, len(text), *(edge for one in found for edge in (one.start, one.end))})
    parts = []
    for start, end in pairwise(edges):
        words = escape(text[start:end])
        here = [one for one in found if one.start <= start and end <= one.end]
        if here:
            verdict = min((one.supported for one in here), key=WORST.index)
            words = f'<mark class="{SIGNS[verdict][0]}" title="{escape("; ".join(map(said, here)))}">{words}</mark>'
        parts.append(words)
    return "".join(parts)


def listed(found: Sequence[Held]) -> str:
    """The claims as a list, saying a thing twice once."""
    rows = dict.fromkeys((SIGNS[one.supported], said(one)) for one in found)
    return (
        '<ul class="claims">'
        + "".join(f'<li class="{kind}"><b>{sign}</b> {escape(words)}</li>' for (kind, sign), words in rows)
        + "</ul>"
    )


def said(one: Held) -> str:
    """One claim and its verdict in words."""
    claim = f"{one.cue} {one.value}"
    if one.supported is None:
        return f"{claim}: not measured"
    signal = ", ".join(one.measured) or "none"
    return f"{claim}: agrees with the signal" if one.supported else f"{claim}: the signal says {signal}"
