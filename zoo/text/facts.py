"""What is known of one utterance before a trace is written: its cues, its speaker, its words; and from which fields."""

from dataclasses import dataclass
from typing import Any

from zoo.acoustics.cue_fields import known, read_cues
from zoo.acoustics.cues import Cues
from zoo.core.fields import GENDERS, field
from zoo.text.claims import claims, spoken_word

AGES = ("child", "teenager", "young adult", "middle-aged", "elderly")  # of arXiv 2601.15668, in lower case


@dataclass(frozen=True)
class Facts:
    """None means that nothing is known, and then nothing may be said."""

    cues: Cues
    gender: str | None = None  # "female" or "male"
    age: str | None = None  # one of AGES
    transcription: str | None = None

    def stated(self) -> set[tuple[str, str]]:
        """Every fact as `claims` reads it: (cue, value); a stressed word is ("stress", word)."""
        pairs = set(self.cues.levels().items())
        pairs |= {("stress", spoken_word(word)) for word in self.cues.stressed_words or ()}
        return pairs | {(name, value) for name, value in (("gender", self.gender), ("age", self.age)) if value}


def read_facts(row: dict[str, Any]) -> Facts:
    """Return the facts of an annotated row under the released field names and their aliases.

    A level outside the vocabulary ("uncertain", "too_short") says nothing and is None; see `read_cues`.
    """
    transcription = field(row, "transcription")
    return Facts(
        read_cues(row),
        GENDERS.get(str(field(row, "gender")).lower()),
        known(field(row, "age"), AGES),
        transcription if isinstance(transcription, str) else None,
    )


def contradictions(text: str, facts: Facts) -> list[str]:
    """Return one line for each claim of a text that the facts do not bear out, unmeasured ones among them."""
    stated, told = facts.stated(), {cue for cue, _ in facts.stated()}
    if facts.cues.stressed_words is not None:
        told.add("stress")
    wrong = {}
    for claim in claims(text):
        if (claim.cue, claim.value) not in stated:
            why = "contradicts the annotation" if claim.cue in told else "is not in the annotation"
            wrong[claim.cue, claim.value] = f'it says {claim.cue} "{claim.value}", which {why}'
    return list(wrong.values())
