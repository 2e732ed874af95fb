"""What the LLM is asked: its part, the facts it may use and the form of a trace."""

from collections.abc import Sequence

from zoo.text.endpoint import Message
from zoo.text.facts import Facts
from zoo.text.quotation import quotable

SYSTEM = (
    "You explain how a voice reveals an emotion. You get the measured annotation of one utterance. Write one "
    "paragraph of 80 to 150 words in plain English, as somebody would who listens closely and thinks aloud.\n"
    "- State only what the annotation says of voice and speaker, in its own terms: pitch, energy, speed, intonation, "
    "stressed words, gender, age. What it does not list you do not mention, not even to say that it is missing.\n"
    "- Quote the transcript or a part of it in double quotes; put each stressed word in double quotes too.\n"
    "- Say how the words and the voice go together, weigh what the cues have in common, and admit a cue that does "
    "not fit.\n"
    "- Describe this voice alone: no comparisons with other voices and no cues that it does not have.\n"
    "- Work towards the emotion. Name it only in the last sentence, with the very word given, and name no other.\n"
    "- Answer with the paragraph alone: no title, no list, no tags."
)
NAMES = {
    "pitch": "pitch level",
    "energy": "energy level",
    "speed": "speed level",
    "intonation": "intonation contour",
}


def messages(facts: Facts, emotion: str) -> list[Message]:
    """The question about one utterance; facts that are not known are not in it."""
    lines = heard(facts)
    words = quotable(facts.transcription or "")
    lines.append(f'transcript: "{words}"' if words else "transcript: not known, so quote nothing")
    lines.append(f"emotion to arrive at: {' '.join(emotion.split())}")
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "\n".join(lines)}]


def heard(facts: Facts) -> list[str]:
    """What is known of voice and speaker, a line each."""
    lines = [f"{NAMES[cue]}: {level}" for cue, level in facts.cues.known().items()]
    lines += [f"{name}, against the speaker's habit: {level}" for name, level in facts.cues.relative().items()]
    if facts.cues.stressed_words is not None:
        stressed = [quotable(word) for word in facts.cues.stressed_words]
        lines.append("stressed words: " + (", ".join(f'"{word}"' for word in stressed if word) or "none"))
    return lines + [f"{name}: {value}" for name, value in (("gender", facts.gender), ("age", facts.age)) if value]


def ask_again(question: list[Message], text: str, wrong: Sequence[str]) -> list[Message]:
    """The same question with the answer that came and what is wrong with it."""
    told = "This cannot be used: " + "; ".join(wrong) + ". Write the whole paragraph again without these faults."
    return [*question, {"role": "assistant", "content": text}, {"role": "user", "content": told}]
