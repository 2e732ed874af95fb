"""The long style of the offline writer: 50 to 200 words, planned anew for every trace from what is known.

What must be said (words, speaker, cues, stress, inference, conclusion) is written first, in one of several orders;
then remarks are added until the length drawn for this trace is reached. After the reasoning of EmotionCoT (arXiv
2601.15668): the transcript quoted, the speaker's profile, what is heard, and the emotion at the end.
"""

import random

from zoo.acoustics.cues import LEVELS
from zoo.text.argument import argue
from zoo.text.cue_sentences import Speaker, describe, describe_habit, speaker
from zoo.text.emotions import nine_of
from zoo.text.facts import Facts
from zoo.text.forms import choose
from zoo.text.frame_forms import (
    AGAINST,
    PROFILE,
    PROFILE_OF_GENDER,
    SAYS,
    SIDE,
    STRESSED,
    TOLD_BY_VOICE,
    TONES,
    UNKNOWN,
    UNSTRESSED,
    WHO,
    WHO_SAYS,
    WITHOUT_WORDS,
)
from zoo.text.phrasing import join, start
from zoo.text.quotation import quotable
from zoo.text.reason_forms import AFTER, BEFORE, SO, WHY, WHY_FRAMES, WHY_OF_OTHERS
from zoo.text.valence import tone

SHORTEST, LONGEST = 50, 200  # words
DRAWN = (60, 150)  # words between which the length of a trace is drawn
NAMED_WORDS = 6  # stressed words named at most, so that the length is bounded
WHOLE, PART = 25, (10, 25)  # words: a transcription up to this long is quoted whole, of a longer one so much
HEARD, WEIGHED, ARGUED, MEANT, LAST = range(5)  # places of sentences, in order


def write_long(facts: Facts, emotion: str, rng: random.Random, language: str = "en") -> str:
    """Return the think text. Stressed words come as they can be named; `language` is that of the transcription."""
    who = speaker(facts.gender, rng)
    sentences = [(HEARD, text) for text in _heard(facts, who, rng)]
    sentences.append((ARGUED, argue(facts.cues.known(), emotion, who, rng)))
    sentences.append((LAST, choose(SO, rng).format(emotion=emotion)))
    wanted = rng.randint(*DRAWN)
    for place, text in _remarks(facts, emotion, rng, language):
        if _words(sentences) >= wanted:
            break
        sentences.append((place, text))
    return " ".join(start(text) for _, text in sorted(sentences, key=lambda sentence: sentence[0]))


def _heard(facts: Facts, who: Speaker, rng: random.Random) -> list[str]:
    """What is said by whom and how: every fact once."""
    opening, cues = _opening(facts, who, rng), describe(facts.cues.known(), who, rng)
    stress = _stress(facts, who, rng)
    if stress:
        cues.insert(rng.randint(0, len(cues)), stress)
    if facts.cues.habit and facts.cues.relative():
        cues.append(describe_habit(facts.cues.habit.known(), who, rng))
    if rng.random() < 0.7:
        return opening + cues
    return cues + opening if len(opening) == 1 or rng.random() < 0.5 else [opening[0], *cues, *opening[1:]]


def _opening(facts: Facts, who: Speaker, rng: random.Random) -> list[str]:
    """The words and the speaker, in one sentence or two."""
    n_words = WHOLE if len((facts.transcription or "").split()) <= WHOLE else rng.randint(*PART)
    words = quotable(facts.transcription or "", n_words)
    person = choose(WHO[facts.gender, facts.age], rng) if facts.gender or facts.age else None
    if words and person and rng.random() < 0.4:
        return [choose(WHO_SAYS, rng).format(who=person, words=f'"{words}"')]
    said = choose(SAYS if words else WITHOUT_WORDS, rng).format(words=f'"{words}"', she=who.she)
    if person is None:
        return [said]
    if facts.age is None and rng.random() < 0.5:
        profile = choose(PROFILE_OF_GENDER, rng).format(gender=facts.gender)
    else:
        profile = choose(PROFILE, rng).format(who=person)
    return [profile, said] if rng.random() < 0.5 else [said, profile]


def _stress(facts: Facts, who: Speaker, rng: random.Random) -> str | None:
    words = facts.cues.stressed_words
    if words is None:
        return None
    if not words:
        return choose(UNSTRESSED, rng)
    s, verb = ("", "is") if len(words) == 1 else ("s", "are")
    quoted = join([f'"{word}"' for word in words[:NAMED_WORDS]])
    return choose(STRESSED, rng).format(stressed=quoted, she=who.she, her=who.her, s=s, **{"is": verb})


def _remarks(facts: Facts, emotion: str, rng: random.Random, language: str) -> list[tuple[int, str]]:
    """What may be added, in the order in which it is."""
    nine = nine_of(emotion)
    why = choose(WHY_FRAMES, rng).format(why=choose(WHY.get(nine or "", WHY_OF_OTHERS), rng))
    remarks = [(MEANT, why), (WEIGHED, choose(BEFORE, rng)), (MEANT, choose(AFTER, rng))]
    unknown = [f"the {cue}" for cue in LEVELS if getattr(facts.cues, cue) is None]
    if unknown:
        it = "it" if len(unknown) == 1 else "them"
        remarks.append((WEIGHED, choose(UNKNOWN, rng).format(cues=join(unknown), it=it)))
    rng.shuffle(remarks)
    wording = tone(facts.transcription or "", language)
    if wording is not None:
        against = _against(wording, nine)
        both = [choose(TONES[wording], rng), *([choose(AGAINST[against], rng)] if against else [])]
        remarks.insert(rng.choice((0, 0, 0, 1, 2)), (WEIGHED, " ".join(start(text) for text in both)))
    return remarks


def _against(wording: str, nine: str | None) -> str | None:
    """How the words stand to the emotion; None where nothing can be said."""
    if wording == "plain":
        return "voice alone" if nine in TOLD_BY_VOICE else None
    side = SIDE.get(nine or "")
    if side is None:
        return "open"
    return "agree" if side == wording else "conflict"


def _words(sentences: list[tuple[int, str]]) -> int:
    return sum(len(text.split()) for _, text in sentences)
