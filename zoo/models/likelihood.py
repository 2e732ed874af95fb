"""Log-probabilities of answers: the prompt is read once, with gradient, and its answers attend to it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from zoo.backbones.backbone import Backbone
from zoo.models.speech_lm import Prompted


@dataclass(frozen=True)
class Likelihood:
    """log_probs [S, L] of each answer token, and entropy [S, L] of the distribution it was drawn from (no gradient)."""

    log_probs: Tensor
    entropy: Tensor


def likelihood(
    backbone: Backbone, prompted: Prompted, ids: Tensor, mask: Tensor, *, temperature: float = 1.0
) -> Likelihood:
    """Score answers.

    Args:
        prompted: B prompts.
        ids: [S, L] answers, S = B * G in rows of one prompt's answers after another's.
        mask: [S, L], True on answer tokens; padding last.
        temperature: that of the sampling, so that the ratio of one update is exactly 1.

    Positions outside the mask are 0 in the result.
    """
    group_size = len(ids) // len(prompted.embeds)
    hidden, cache = backbone(prompted.embeds, prompted.mask, prompted.positions)
    hidden = hidden[:, -1:].repeat_interleave(group_size, 0)  # [S, 1, D]: it predicts an answer's first token
    if ids.shape[1] > 1:
        cache = backbone.expand(cache, group_size)
        start = prompted.mask.sum(1).repeat_interleave(group_size, 0)[:, None]  # [S, 1]
        positions = start + torch.arange(ids.shape[1] - 1, device=ids.device)
        seen = torch.cat([prompted.mask.repeat_interleave(group_size, 0), mask[:, :-1]], 1)  # [S, P + L - 1]
        answers, _ = backbone(backbone.embed(ids[:, :-1]), seen, positions, cache)
        hidden = torch.cat([hidden, answers], 1)  # [S, L, D]
    log_probs = hidden.new_zeros(ids.shape, dtype=torch.float32)
    entropy = torch.zeros_like(log_probs)
    scores = (backbone.logits(hidden[mask]) / temperature).log_softmax(-1)  # [tokens, V], answer positions only
    log_probs[mask] = scores.gather(-1, ids[mask][:, None])[:, 0]
    with torch.no_grad():
        entropy[mask] = -(scores.exp() * scores).sum(-1)
    return Likelihood(log_probs, entropy)
