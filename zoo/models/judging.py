"""Traces judged by a model that hears the voice: a whole group of traces after one prompt."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from zoo.core.errors import ZooError
from zoo.models.answer_states import last_states
from zoo.models.speech_lm import Heard, Prompted, SpeechLM
from zoo.text.prompt import JUDGE_QUESTION, JUDGE_SYSTEM, turn_ids


def judge_prompt(model: SpeechLM, heard: Heard) -> Prompted:
    """The judge's prompt around each utterance's audio tokens; it says nothing of the utterance's emotion."""
    around = turn_ids(model.backbone.tokenizer, JUDGE_SYSTEM, JUDGE_QUESTION)
    return model.splice(heard, [around] * len(heard.tokens))


def judge_traces(model: SpeechLM, prompted: Prompted, texts: Sequence[str], known: Tensor | None = None) -> Tensor:
    """Log-probabilities [S, 4, 5] of marks 1 to 5 of each criterion.

    Args:
        model: one with a scorer.
        prompted: B prompts.
        texts: S = B * G traces as they were written, in rows of one prompt's after another's.
        known: [S, 4] marks that are to be learnt.
    """
    if model.scorer is None:
        raise ZooError(
            "this checkpoint is no judge: it has no scorer; train one with recipes/reasoning_judge_qwen.yaml"
        )
    encode = model.backbone.tokenizer.encode
    rows = [torch.tensor(encode(text, add_special_tokens=False), device=model.device) for text in texts]
    ids = pad_sequence(rows, batch_first=True, padding_value=model.backbone.pad_id)  # [S, L]
    lengths = torch.tensor([len(row) for row in rows], device=model.device)
    mask = torch.arange(ids.shape[1], device=model.device) < lengths[:, None]
    backbone = model.backbone

    def read(ids: Tensor, mask: Tensor) -> Tensor:
        return last_states(backbone, prompted, ids, mask)

    scored: Tensor = model.scorer(read, backbone.logits, ids, mask, known)
    return scored
