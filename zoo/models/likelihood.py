"""Log-probabilities of answers: the prompt is read once, with gradient, and its answers attend to it.

Logits exist at answer positions alone, and only a chunk of them at a time: at a vocabulary of 150,000 they would be
the largest tensor of the step.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from zoo.backbones.backbone import Backbone
from zoo.models.answer_states import answer_states
from zoo.models.speech_lm import Prompted

MOST_LOGITS = 1 << 24  # at once: 64 MB in float32
ON_GPU = 4  # times as many there, where each chunk is launched anew


@dataclass(frozen=True)
class Likelihood:
    """log_probs [S, L] of each answer token, and entropy [S, L] of the distribution it was drawn from (no gradient)."""

    log_probs: Tensor
    entropy: Tensor


def likelihood(
    backbone: Backbone,
    prompted: Prompted,
    ids: Tensor,
    mask: Tensor,
    *,
    temperature: float = 1.0,
    entropy: bool = True,
) -> Likelihood:
    """Score answers.

    Args:
        prompted: B prompts.
        ids: [S, L] answers, S = B * G in rows of one prompt's answers after another's.
        mask: [S, L], True on answer tokens; padding last.
        temperature: that of the sampling, so that the ratio of one update is exactly 1.
        entropy: whether it is wanted; zeros if not.

    Positions outside the mask are 0 in the result.
    """
    parts = answer_states(backbone, prompted, ids, mask)
    scored = [_scores(backbone, hidden, ids.flatten()[place], temperature, entropy) for place, hidden in parts]
    place = torch.cat([place for place, _ in parts])
    nothing = torch.zeros(ids.numel(), device=ids.device, dtype=scored[0][0].dtype)
    log_probs = nothing.index_put((place,), torch.cat([score for score, _ in scored]))
    spread = nothing.index_put((place,), torch.cat([spread for _, spread in scored]))
    return Likelihood(log_probs.view(ids.shape), spread.view(ids.shape))


def _scores(
    backbone: Backbone, hidden: Tensor, ids: Tensor, temperature: float, entropy: bool
) -> tuple[Tensor, Tensor]:
    """Log-probabilities and entropies of tokens [N] from hidden states [N, D], a chunk of logits at a time."""
    if not len(ids):
        return hidden.sum(-1).float(), hidden.new_zeros(0, dtype=torch.float32)

    def one(states: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
        logits = backbone.logits(states)
        logits = logits if temperature == 1.0 else logits / temperature
        whole = logits.logsumexp(-1)
        spread = torch.zeros_like(whole)
        if entropy:
            with torch.no_grad():
                spread = whole - (logits - whole[:, None]).exp_().mul_(logits).sum(-1)
        return logits.gather(-1, wanted[:, None])[:, 0] - whole, spread

    most = max(1, MOST_LOGITS * (ON_GPU if hidden.is_cuda else 1) // backbone.vocabulary)
    if len(ids) <= most:
        return one(hidden, ids)
    chunks: Any = zip(hidden.split(most), ids.split(most), strict=True)
    # Nothing in `one` is random; keeping the state of the random numbers would wait for the GPU at every chunk.
    scored = [checkpoint(one, *chunk, use_reentrant=False, preserve_rng_state=False) for chunk in chunks]
    return torch.cat([score for score, _ in scored]), torch.cat([spread for _, spread in scored])
