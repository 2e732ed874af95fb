"""Word stress: which words a speaker stresses, by naming them or by choosing one of several.

Some words are stressed more often than others, and who knows which can answer without listening. So the options beside
the right one are first those that are stressed in other utterances, best of the same sentence; and where a speaker
stresses several words, the right one is that which is stressed least often. Options are numbered in the order in
which they are spoken, and the number is the answer: it can be given for a word that was never trained on.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from zoo.acoustics.alignment import words_of
from zoo.core.registry import tasks
from zoo.data.lesson import Lesson
from zoo.data.utterance import Utterance
from zoo.tasks.task import Subject, Task
from zoo.text.questions import ALL_STRESSED, STRESSED, about_words, phrasing, with_numbers
from zoo.text.trace import render_answer

MOST_OPTIONS = 4  # chance is then a quarter, and a half for the shortest utterances


@dataclass(frozen=True)
class Marked:
    """The words of one utterance, each once and in lower case: stressed ones in their order, and the others."""

    stressed: tuple[str, ...]
    others: tuple[str, ...]  # those first that are stressed elsewhere most often, once `subjects` has counted
    spoken: tuple[str, ...]  # both, in the order in which they are spoken
    rivals: int = 0  # how many of the others are stressed anywhere

    @property
    def can_be_asked(self) -> bool:
        """Whether there is something to choose."""
        return bool(self.stressed and self.others)


@tasks.offer("stress")
class Stress(Task):
    """Word-level stress perception (arXiv 2601.15668, after Stress-17K): stressed words of a known sentence."""

    def __init__(self, open_share: float = 0.5, needs_rival: bool = False) -> None:
        """Set up.

        Args:
            open_share: the share of questions that ask for all stressed words; the others are a choice of up to four.
            needs_rival: leave out utterances in which no other word is ever stressed: there the words alone decide.
        """
        self.open_share, self.needs_rival = open_share, needs_rival

    def subjects(self, utterances: Sequence[Utterance]) -> list[Subject]:
        """Utterances with a stressed word of their own transcription, and one that is not stressed beside it."""
        marked = [(u, found) for u in utterances if (found := marks(u)) is not None and found.can_be_asked]
        here = Counter((u.sentence or u.transcription, word) for u, found in marked for word in found.stressed)
        anywhere = Counter(word for _, found in marked for word in found.stressed)
        subjects = []
        for utterance, found in marked:
            sentence = utterance.sentence or utterance.transcription
            often = {word: (here[sentence, word], anywhere[word]) for word in (*found.stressed, *found.others)}
            others = sorted(found.others, key=lambda word: often[word], reverse=True)
            kept = Marked(found.stressed, tuple(others), found.spoken, sum(anywhere[word] > 0 for word in others))
            if kept.rivals or not self.needs_rival:
                rarest = min(kept.stressed, key=lambda word: often[word])
                subjects.append(Subject(utterance, "stress", (kept, rarest)))
        return subjects

    def lesson(self, subject: Subject, random: Random) -> Lesson:
        """Name the stressed words in their order, or choose the one that is stressed among some that are not."""
        utterance = subject.utterance
        marked, answer = subject.kept
        said = str(utterance.transcription)
        options: tuple[str, ...] = ()
        if random.random() < self.open_share:
            question, answer = about_words(phrasing(ALL_STRESSED, "stress", random), said), ", ".join(marked.stressed)
        else:
            offered = {answer, *marked.others[: MOST_OPTIONS - 1]}
            options = tuple(word for word in marked.spoken if word in offered)
            question = about_words(with_numbers(phrasing(STRESSED, "stress", random), options), said)
        audio = (utterance.audio_path,)
        reply = render_answer(str(options.index(answer) + 1) if options else answer)
        return Lesson("stress", "stress", utterance, audio, question, options, answer, reply)


def marks(utterance: Utterance) -> Marked | None:
    """The stressed words of an utterance and the others; None where the annotation does not say."""
    if utterance.cues is None or not utterance.cues.stressed_words or not utterance.transcription:
        return None
    named = {word.lower() for name in utterance.cues.stressed_words for word in words_of(name)}
    words = list(dict.fromkeys(word.lower() for word in words_of(utterance.transcription)))
    return Marked(tuple(w for w in words if w in named), tuple(w for w in words if w not in named), tuple(words))
