"""What a model says of a recording, while it says it: the trace so far, and how probable each option is by then."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch

from zoo.acoustics.wave import Wave
from zoo.core.errors import ZooError, did_you_mean
from zoo.models.aloud import aloud
from zoo.models.explain import MAX_NEW_TOKENS
from zoo.models.options import options_given
from zoo.models.speech_lm import SpeechLM

SENTENCE_ENDS = (".", "!", "?")
SHOWN_EVERY_S = 0.1  # a page that changes more often is not read faster


@dataclass(frozen=True)
class Answer:
    """An answer so far. `emotion` is None until it is given, and where the answer has no form."""

    think: str
    probabilities: Mapping[str, float]
    emotion: str | None
    done: bool
    seconds: float  # since the model was asked


def answers(model: SpeechLM, wave: Wave, corpus: str) -> Iterator[Answer]:
    """The likeliest answer about a wave as it grows, by a corpus's option list; the last one is whole.

    The options are weighed anew after each sentence, given the trace so far.

    Raises:
        ZooError: the checkpoint knows no such corpus, or the wave is too short for it.
    """
    known = model.knowledge.emotions
    if corpus not in known:
        raise ZooError(f'this checkpoint knows no corpus "{corpus}"{did_you_mean(corpus, known)}')
    options, start_s = known[corpus], time.monotonic()
    with torch.no_grad():
        heard = model.listen([torch.from_numpy(wave.samples)])
    text, think, weighed, shown_s = "", "", "", 0.0
    probabilities: Mapping[str, float] = {}
    for text in aloud(model, heard, options, MAX_NEW_TOKENS):
        so_far = model.form.so_far(text)
        think = so_far.think
        if think.endswith(SENTENCE_ENDS) and think != weighed:
            probabilities, weighed = options_given(model, heard, so_far, options), think
        if time.monotonic() - shown_s >= SHOWN_EVERY_S:
            yield Answer(think, probabilities, None, False, time.monotonic() - start_s)
            shown_s = time.monotonic()
    trace = model.form.parse(text, options)
    said = trace or model.form.so_far(text)
    think = said.think
    if think != weighed or not probabilities:
        probabilities = options_given(model, heard, said, options)
    yield Answer(think, probabilities, trace.answer if trace else None, True, time.monotonic() - start_s)
