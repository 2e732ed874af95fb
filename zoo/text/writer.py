"""The offline writer: from measured cues and an emotion to a trace's think text, without an LLM.

It stands in for the GPT-4o of EmotionCoT-35K (arXiv 2601.15668): every known cue is stated, then what the cues have
in common, and only the last sentence names the emotion. It states nothing that was not measured; `claims` reads back
exactly what it wrote.
"""

import random

from zoo.acoustics.cues import LEVELS, Cues
from zoo.text import grammar
from zoo.text.claims import spoken_word
from zoo.text.emotions import nine_of
from zoo.text.expected import fits

STYLES = ("short", "long")  # 25 to 50 and 50 to 200 words
NAMED_WORDS = {"short": 2, "long": 6}  # stressed words named at most: the length of a trace is bounded
MISFITS = 2  # cues admitted not to fit in a short trace, for the same reason
QUOTED_WORDS, QUOTED_CHARACTERS = 40, 300  # of a transcription


def write(
    cues: Cues,
    emotion: str,
    rng: random.Random,
    gender: str | None = None,
    transcription: str | None = None,
    style: str = "short",
) -> str:
    """Return the think text that leads from these cues to this emotion, in the corpus's own word for it.

    `gender` is told if it is "female" or "male". `transcription` is quoted in the long style. The same arguments and
    the same state of `rng` give the same text.
    """
    if style not in STYLES:
        raise ValueError(f"style is one of {STYLES}, not {style!r}")
    gender = gender if gender in grammar.PERSON else None
    describe = _describe_short if style == "short" else _describe_long
    sentences = describe(cues, gender, transcription, rng)
    stress = _stress(cues, style, rng)
    sentences += [stress] if stress else []
    sentences += [_inference(cues, emotion, style, rng)]
    if style == "long":
        sentences += [rng.choice(grammar.WHY.get(nine_of(emotion) or "", grammar.WHY_OF_OTHERS))]
        sentences += [rng.choice(grammar.CLOSING)]
    return " ".join([*sentences, rng.choice(grammar.SO[style]).format(emotion=emotion)])


def _describe_short(cues: Cues, gender: str | None, transcription: str | None, rng: random.Random) -> list[str]:
    known = cues.known()
    sentences = []
    if known and rng.random() < 0.5:
        phrases = [grammar.PHRASES[cue].format(a=_a(level), level=level) for cue, level in known.items()]
        frame = rng.choice(grammar.HAS)
        sentences += [frame.format(gender=f"{gender} " if gender else "", phrases=_join(phrases))]
    else:
        sentences += [grammar.IS_GENDER.format(gender=gender)] if gender else []
        sentences += [_start(_clauses(known)) + "."] if known else []
    unknown = [f"the {cue}" for cue in LEVELS if cue not in known]
    return sentences + ([grammar.UNKNOWN.format(cues=_start(_join(unknown)))] if unknown else [])


def _describe_long(cues: Cues, gender: str | None, transcription: str | None, rng: random.Random) -> list[str]:
    words = _quotable(transcription or "")
    sentences = [rng.choice(grammar.SAYS).format(words=words) if words else rng.choice(grammar.WITHOUT_WORDS)]
    if gender:
        sentences.append(rng.choice(grammar.PROFILE).format(gender=gender, person=grammar.PERSON[gender]))
    known = list(cues.known().items())
    rng.shuffle(known)
    for cue, level in known:
        word = rng.choice(grammar.SYNONYMS.get((cue, level), (level,)))
        sentences.append(rng.choice(grammar.DESCRIBE[cue]).format(a=_a(word), level=word))
    unknown = [f"the {cue}" for cue in LEVELS if getattr(cues, cue) is None]
    if unknown and (len(known) < 2 or rng.random() < 0.5):
        it = "it" if len(unknown) == 1 else "them"
        sentences.append(_start(rng.choice(grammar.UNKNOWN_LONG).format(cues=_join(unknown), it=it)))
    return sentences


def _stress(cues: Cues, style: str, rng: random.Random) -> str | None:
    if cues.stressed_words is None:
        return None
    cleaned = (spoken_word(_quotable(word)) for word in cues.stressed_words)
    words = list(dict.fromkeys(word for word in cleaned if word and " " not in word))
    if not words:
        return None if cues.stressed_words else grammar.UNSTRESSED
    return rng.choice(grammar.STRESSED[style]).format(words=_join([f'"{w}"' for w in words[: NAMED_WORDS[style]]]))


def _inference(cues: Cues, emotion: str, style: str, rng: random.Random) -> str:
    """The sentence from cues to what they have in common; cues that do not fit are admitted."""
    nine = nine_of(emotion)
    known = cues.known()
    reason = rng.choice(grammar.REASONS.get(nine or "", grammar.REASON_OF_OTHERS))
    misfits = {cue: level for cue, level in known.items() if fits(nine, cue, level) is False}
    fitting = [cue for cue, level in known.items() if fits(nine, cue, level)]
    if nine is None:  # the table knows nothing of this emotion
        fitting = list(known)
    article = "" if style == "short" else "the "
    names = _join([article + cue for cue in fitting])
    several = len(fitting) > 1
    if fitting:
        text = rng.choice(grammar.FIT[style]).format(
            cues=names if len(known) > 1 else grammar.ALONE.format(cue=names),
            reason=reason,
            s="" if several else "s",
            ve="ve" if several else "s",
            they="they" if several else "it",
        )
    else:
        text = (grammar.NO_FIT if misfits else grammar.NOTHING_KNOWN).format(reason=reason)
    if misfits:
        admitted = dict(list(misfits.items())[: MISFITS if style == "short" else None])
        text += (grammar.ALTHOUGH if fitting else grammar.AS).format(clauses=_clauses(admitted))
    return _start(text) + "."


def _clauses(levels: dict[str, str]) -> str:
    """Return "the pitch is high, the energy low and the speed fast"."""
    verb = " is"
    clauses = []
    for cue, level in levels.items():
        clauses.append(f"the {cue}{verb} {level}")
        verb = ""
    return _join(clauses)


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _a(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quotable(words: str) -> str:
    """Return words that can stand in a quotation within a trace: one line, no quotes, no tags, not too long."""
    kept = "".join(" " if character in '"\u201c\u201d<>' else character for character in words).split()
    text = " ".join(kept[:QUOTED_WORDS])[:QUOTED_CHARACTERS].rstrip(" .")
    return text + ("..." if len(kept) > QUOTED_WORDS or len(" ".join(kept)) > QUOTED_CHARACTERS else "")
