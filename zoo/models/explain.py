"""Explaining one recording: emotion, trace and measured cues, and whether the trace's claims agree with them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from zoo.acoustics.cues import CHOICES, Cues
from zoo.acoustics.habit import habit
from zoo.acoustics.levels import Thresholds, label
from zoo.acoustics.measure import Measures, measure
from zoo.acoustics.wave import read_wave
from zoo.core.errors import ZooError, did_you_mean
from zoo.models.rollout import sample
from zoo.models.speech_lm import SpeechLM
from zoo.text.claims import claims

MAX_NEW_TOKENS = 256


@dataclass(frozen=True)
class Checked:
    """A claim of a trace held against the signal: supported is None where the signal does not decide."""

    cue: str
    claimed: str
    measured: str | None
    supported: bool | None


@dataclass(frozen=True)
class Explanation:
    """What a model says of a recording, and what the signal says. `emotion` is None if the answer has no form."""

    audio: str
    corpus: str  # whose option list and thresholds were used
    emotion: str | None
    trace: str
    cues: Cues
    measures: Measures
    claims: tuple[Checked, ...]
    transcript: str | None = None  # the words as the model heard them, where its answer form tells them

    def to_dict(self) -> dict[str, Any]:
        """Plain types, for JSON."""
        return {
            "audio": self.audio,
            "corpus": self.corpus,
            "emotion": self.emotion,
            "trace": self.trace,
            **({} if self.transcript is None else {"transcript": self.transcript}),
            "cues": self.cues.levels(),
            "measures": self.measures.to_dict(),
            "claims": [asdict(claim) for claim in self.claims],
        }


def explain(
    model: SpeechLM,
    path: str | Path,
    corpus: str | None = None,
    gender: str | None = None,
    speaker: Sequence[str | Path] = (),
) -> Explanation:
    """Hear a recording and explain it.

    Args:
        model: a loaded checkpoint.
        path: an audio file.
        corpus: whose option list and thresholds to judge by; the checkpoint's first if None.
        gender: "female" or "male" where known: pitch is then judged among voices of that gender.
        speaker: other clips of the same voice, for a model with an enrolment; it hears how the voice differs from them,
            and where there are enough of them cues are also measured against them.

    Raises:
        ZooError: a file cannot be read, the checkpoint knows no such corpus, or clips of a speaker are given to a model
            without an enrolment.
    """
    known = model.knowledge.emotions
    corpus = corpus or next(iter(known))
    if corpus not in known:
        raise ZooError(f'this checkpoint knows no corpus "{corpus}"{did_you_mean(corpus, known)}')
    if speaker and model.enrolment is None:
        raise ZooError("this checkpoint has no enrolment and makes nothing of a speaker's other clips; leave them out")
    wave = read_wave(path)
    measures = measure(wave)
    cues = label(measures, Thresholds.from_dict(model.knowledge.thresholds[corpus]), gender)
    if speaker:
        cues = replace(cues, habit=habit(measures, [measure(read_wave(clip)) for clip in speaker]))
    with torch.no_grad():
        heard = model.listen([torch.from_numpy(wave.samples)], [[Path(clip) for clip in speaker]])
        prompted = model.prompt(heard, [known[corpus]])
        rollout = sample(model.backbone, prompted, max_new_tokens=MAX_NEW_TOKENS, temperature=0.0)
    text = rollout.texts(model.backbone)[0]
    trace = model.form.parse(text, known[corpus])
    said = trace.think if trace else text
    emotion = trace.answer if trace else None
    heard_words = trace.transcript if trace else None
    return Explanation(str(path), corpus, emotion, said, cues, measures, check_claims(said, cues), heard_words)


def check_claims(text: str, cues: Cues) -> tuple[Checked, ...]:
    """Hold every claim about a measured cue against the signal."""
    found, known = [], cues.levels()
    for claim in claims(text):
        if claim.cue in CHOICES:
            measured = known.get(claim.cue)
            found.append(
                Checked(claim.cue, claim.value, measured, None if measured is None else measured == claim.value)
            )
    return tuple(found)
