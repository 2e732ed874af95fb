"""The likeliest answer while it is being given: what a page or a terminal can show before the last word is there."""

from collections.abc import Iterator, Sequence

from zoo.models.rollout import each_token
from zoo.models.speech_lm import Heard, SpeechLM


def aloud(model: SpeechLM, heard: Heard, options: Sequence[str], max_new_tokens: int) -> Iterator[str]:
    """The text so far after each token of the likeliest answer to one utterance; its last value is the answer."""
    backbone = model.backbone
    prompted = model.prompt(heard, [options])
    ids: list[int] = []
    for token, _, _ in each_token(backbone, prompted, max_new_tokens=max_new_tokens, temperature=0.0):
        if int(token) not in backbone.end_ids:
            ids.append(int(token))
        yield backbone.tokenizer.decode(ids, skip_special_tokens=True)
