"""The sentence from cues to what they have in common; cues that do not fit are admitted."""

import random

from zoo.text.cue_sentences import Speaker, clause
from zoo.text.emotions import nine_of
from zoo.text.expected import fits
from zoo.text.forms import choose
from zoo.text.phrasing import join
from zoo.text.reason_forms import (
    ADMIT,
    ALONE,
    FIT,
    FIT_TOGETHER,
    NO_FIT,
    NO_FIT_AS,
    NOTHING_KNOWN,
    REASON_OF_OTHERS,
    REASONS,
)


def argue(known: dict[str, str], emotion: str, who: Speaker, rng: random.Random) -> str:
    """Return one sentence. For an emotion that is none of the nine every cue is taken to fit, as no table says more."""
    nine = nine_of(emotion)
    reason = choose(REASONS.get(nine or "", REASON_OF_OTHERS), rng)
    fitting = [cue for cue, level in known.items() if nine is None or fits(nine, cue, level)]
    misfits = [(cue, level) for cue, level in known.items() if nine is not None and fits(nine, cue, level) is False]
    rng.shuffle(fitting)
    rng.shuffle(misfits)
    if not fitting:
        text = choose(NO_FIT if misfits else NOTHING_KNOWN, rng).format(reason=reason)
        form = NO_FIT_AS if misfits else "{fit}"
    else:
        several = len(fitting) > 1
        names = join([f"the {cue}" for cue in fitting])
        text = choose([*FIT, *FIT_TOGETHER] if several else FIT, rng).format(
            cues=names if len(known) > 1 else choose(ALONE, rng).format(cue=names),
            reason=reason,
            s="" if several else "s",
            es="" if several else "es",
        )
        form = choose(ADMIT, rng) if misfits else "{fit}"
    clauses = [clause(cue, level, who, rng) for cue, level in misfits]
    return form.format(fit=text, clauses=join(clauses) if len(clauses) < 3 else _long_join(clauses)) + "."


def _long_join(clauses: list[str]) -> str:
    """Whole sentences need a comma before their "and"."""
    return f"{', '.join(clauses[:-1])}, and {clauses[-1]}"
