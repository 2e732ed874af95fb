"""Traces judged by a model that hears the voice: a whole group of traces after one prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from zoo.core.errors import ZooError
from zoo.models.answer_states import read_states
from zoo.models.padding import padded
from zoo.models.speech_lm import Heard, Prompted, SpeechLM
from zoo.scorers.scorer import Scored, Scorer, Traces
from zoo.text.claims import Claim, claims
from zoo.text.prompt import JUDGE_QUESTION, JUDGE_SYSTEM, turn_ids
from zoo.text.trace import parse


def scorer_of(model: SpeechLM, name: str = "this model") -> Scorer:
    """The scorer of a judge; a `ZooError` says that there is none."""
    if model.scorer is None:
        raise ZooError(f"{name} is no judge: it has no scorer; train one with recipes/reasoning_judge_qwen.yaml")
    return model.scorer


def judge_prompt(model: SpeechLM, heard: Heard) -> Prompted:
    """The judge's prompt around each utterance's audio tokens; it says nothing of the utterance's emotion."""
    around = turn_ids(model.backbone.tokenizer, JUDGE_SYSTEM, JUDGE_QUESTION, model.backbone.around_audio)
    return model.splice(heard, [around] * len(heard.tokens))


@dataclass(frozen=True)
class Judgement:
    """Log-probabilities [S, 4, 5] of marks 1 to 5 of each criterion; every claim with its trace's row; the log-odds
    [C] that each is true of the voice, None from a scorer that does not say.
    """

    log_probs: Tensor
    claims: list[tuple[int, Claim]]
    truth: Tensor | None


def judge_traces(model: SpeechLM, prompted: Prompted, texts: Sequence[str], known: Tensor | None = None) -> Judgement:
    """Judge S = B * G traces as they were written, in rows of one prompt's after another's.

    `model` has a scorer; `known` [S, 4] are marks that are to be learnt.
    """
    scorer, backbone = scorer_of(model), model.backbone
    tokens = [backbone.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True) for text in texts]
    ids, mask = padded([row["input_ids"] for row in tokens], backbone.pad_id, model.device)  # [S, L]
    found = [_claims(text, row["offset_mapping"]) for text, row in zip(texts, tokens, strict=True)]
    places = torch.zeros_like(mask)
    for row, by_token in enumerate(found):
        places[row, list(by_token)] = True
    traces = Traces(ids, mask, places, lambda ids, mask: read_states(backbone, prompted, ids, mask), backbone.logits)
    scored: Scored = scorer(traces, known)
    claimed = [(row, claim) for row, by_token in enumerate(found) for _, claim in sorted(by_token.items())]
    return Judgement(scored.log_probs, claimed, scored.truth)


def _claims(text: str, offsets: Sequence[tuple[int, int]]) -> dict[int, Claim]:
    """The claims of a trace by the token in which each ends; of two that end in one the first."""
    trace = parse(text)
    think = trace.think if trace else text
    begin = text.index(think)
    found: dict[int, Claim] = {}
    for claim in claims(think):
        end = begin + claim.end
        token = next((i for i, (first, after) in enumerate(offsets) if first < end <= after), None)
        if token is not None:
            found.setdefault(token, claim)
    return found
