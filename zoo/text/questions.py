"""How a question about the voice is put: several phrasings for each cue, and the list of options behind it."""

from collections.abc import Mapping, Sequence
from random import Random

LEVEL: dict[str, tuple[str, ...]] = {
    "pitch": (
        "What is the pitch of the voice?",
        "How high is the speaker's pitch?",
        "Which level of pitch does the voice have?",
        "Is the pitch of this speaker low, normal or high?",
    ),
    "energy": (
        "What is the energy of the voice?",
        "How loud does the speaker talk?",
        "Which level of energy does the voice have?",
        "Is the energy of this speaker low, normal or high?",
    ),
    "speed": (
        "What is the speed of the voice?",
        "How fast does the speaker talk?",
        "Which speaking rate does the voice have?",
        "Is the speed of this speaker slow, normal or fast?",
    ),
    "intonation": (
        "What is the intonation of the voice?",
        "How does the pitch move over the utterance?",
        "Which intonation contour does the speaker use?",
        "What shape does the melody of the voice have?",
    ),
}
STRESSED = (
    "Which word does the speaker stress?",
    "Which of these words stands out in the voice?",
    "On which word does the speaker put the stress?",
)
ALL_STRESSED = (
    "Which words does the speaker stress?",
    "Which words stand out in the voice?",
    "Name every word that the speaker stresses.",
)
MOST: dict[str, tuple[str, ...]] = {
    "pitch": ("Which version has the highest pitch?", "In which version is the voice highest?"),
    "energy": ("Which version is the loudest?", "Which version has the highest energy?"),
    "speed": ("Which version is the fastest?", "In which version does the speaker talk fastest?"),
}
LEAST: dict[str, tuple[str, ...]] = {
    "pitch": ("Which version has the lowest pitch?", "In which version is the voice lowest?"),
    "energy": ("Which version is the quietest?", "Which version has the lowest energy?"),
    "speed": ("Which version is the slowest?", "In which version does the speaker talk slowest?"),
}
RISING: dict[str, tuple[str, ...]] = {
    "pitch": ("In which order do the versions stand, from the lowest to the highest pitch?",),
    "energy": ("In which order do the versions stand, from the quietest to the loudest?",),
    "speed": ("In which order do the versions stand, from the slowest to the fastest?",),
}
VERSIONS = {2: "two", 3: "three"}


def with_options(stem: str, options: Sequence[str]) -> str:
    """Return a question with its options, in the order given."""
    return f"{stem} Choose one of: {', '.join(options)}."


def with_numbers(stem: str, options: Sequence[str]) -> str:
    """Return a question with its options numbered from 1, in the order given; `choice.chosen` knows a number."""
    return f"{stem} Choose one of: {', '.join(f'{i} {option}' for i, option in enumerate(options, 1))}."


def about_words(stem: str, transcription: str) -> str:
    """Return a question about the words of an utterance, with what is said."""
    return f'The speaker says: "{" ".join(transcription.split())}" {stem}'


def about_versions(stem: str, count: int) -> str:
    """Return a question about versions of one utterance that are played one after another."""
    return f"You hear {VERSIONS[count]} versions of one utterance, one after another. {stem}"


def phrasing(stems: Mapping[str, tuple[str, ...]] | tuple[str, ...], cue: str, random: Random) -> str:
    """Return one of the phrasings there are for a cue."""
    return random.choice(stems[cue] if isinstance(stems, Mapping) else stems)
