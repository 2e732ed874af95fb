"""How probable each option is as the answer, given a trace: exact, over the option list, by the model's own words."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from zoo.models.likelihood import likelihood
from zoo.models.padding import padded
from zoo.models.speech_lm import Heard, SpeechLM
from zoo.text.trace import Trace


@torch.no_grad()
def options_given(model: SpeechLM, heard: Heard, said: Trace, options: Sequence[str]) -> dict[str, float]:
    """The probability of each of C options as the answer to a trace, among them all; they add up to 1.

    Nothing for an answer form that has no place for the option.

    Args:
        model: a loaded checkpoint.
        heard: one utterance.
        said: the trace, or what it has said so far; its own answer does not count.
        options: the words the prompt offers.

    The tokens that all answers share, the trace's among them, are read once; they cancel out.
    """
    tokenizer = model.backbone.tokenizer
    texts = [model.form.render(replace(said, answer=option)) for option in options]
    if len(set(texts)) == 1 < len(options):
        return {}
    answers = [[*tokenizer.encode(text, add_special_tokens=False), model.backbone.end_id] for text in texts]
    shared = next((i for i, column in enumerate(zip(*answers, strict=False)) if len(set(column)) > 1), 0)
    before, after = model.knowledge.prompt.ids(tokenizer, options, model.backbone.around_audio)
    prompted = model.splice(heard, [(before, after + answers[0][:shared])])
    ids, mask = padded([answer[shared:] for answer in answers], model.backbone.pad_id, model.device)  # [C, L]
    scores = likelihood(model.backbone, prompted, ids, mask, entropy=False).log_probs.sum(1)  # [C]
    return dict(zip(options, scores.double().softmax(0).tolist(), strict=True))
