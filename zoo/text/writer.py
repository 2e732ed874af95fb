"""The offline writer: from measured cues and an emotion to a trace's think text, without an LLM.

It stands in for the GPT-4o of EmotionCoT-35K (arXiv 2601.15668): every known cue is stated, then what the cues have
in common, and only the last sentence names the emotion. It states nothing that was not measured; `claims` reads back
exactly what it wrote.
"""

import random
from dataclasses import replace

from zoo.acoustics.cues import Cues
from zoo.text.claims import spoken_word
from zoo.text.facts import AGES, Facts
from zoo.text.long_style import write_long
from zoo.text.quotation import quotable
from zoo.text.short_style import write_short

STYLES = ("short", "long")  # 25 to 50 and 50 to 200 words
GENDERS = ("female", "male")


def write(
    cues: Cues,
    emotion: str,
    rng: random.Random,
    gender: str | None = None,
    transcription: str | None = None,
    style: str = "short",
    age: str | None = None,
    language: str = "en",
) -> str:
    """Return the think text that leads from these cues to this emotion, in the corpus's own word for it.

    `gender` is told if it is "female" or "male". The long style also tells `age`, if it is one of `AGES`, quotes
    `transcription`, and says whether its wording speaks of a feeling where it knows the `language`. The same
    arguments and the same state of `rng` give the same text.
    """
    if style not in STYLES:
        raise ValueError(f"style is one of {STYLES}, not {style!r}")
    facts = sayable(Facts(cues, gender, age, transcription))
    return write_short(facts, emotion, rng) if style == "short" else write_long(facts, emotion, rng, language)


def sayable(facts: Facts) -> Facts:
    """Return the facts that a trace can state: known words for gender and age, stressed words that can be quoted.

    Where words were stressed and none of them can be quoted, nothing is said of stress.
    """
    words = facts.cues.stressed_words
    if words:
        cleaned = (spoken_word(quotable(word)) for word in words)
        words = tuple(dict.fromkeys(word for word in cleaned if word and " " not in word)) or None
    return replace(
        facts,
        cues=replace(facts.cues, stressed_words=words),
        gender=facts.gender if facts.gender in GENDERS else None,
        age=facts.age if facts.age in AGES else None,
    )
