"""A prompt and all its answers as one sequence, in which no answer sees another: one pass through the model.

On a GPU a pass at batch size 1 takes as long to launch as to run, so one pass over prompt and answers beats a pass over
the prompt and another over its answers; and nothing is padded but between utterances. It needs no cache, which the
library leaves out under gradient checkpointing. On a CPU, which computes what the mask then hides, two passes are
faster (`likelihood`).
"""

import torch
from torch import Tensor

from zoo.backbones.backbone import Backbone
from zoo.models.speech_lm import Prompted

ALIGNED = 8  # places: attention kernels copy a mask whose rows are of another length
PADDING = -1  # owner of a place that holds nothing; the prompt is 0, answer g is g + 1


def tree_hidden(backbone: Backbone, prompted: Prompted, ids: Tensor, mask: Tensor) -> Tensor:
    """Hidden states [tokens, D] that predict each answer token, in the order of `mask.nonzero()`.

    Takes B prompts and S = B * G answers `ids` [S, L], `mask` [S, L] True on their tokens. Gradients reach the prompts.
    """
    utterances, prompt_length = prompted.mask.shape
    group_size = len(ids) // utterances
    inner = (mask.sum(1) - 1).clamp(min=0).view(utterances, group_size)  # [B, G] tokens that are read, not the last
    begin = prompt_length + inner.cumsum(1) - inner  # [B, G] where each answer's tokens stand
    length = prompt_length + int(inner.sum(1).max())
    length = -(-length // ALIGNED) * ALIGNED  # N

    answer, token = (mask & (mask.cumsum(1) <= inner.view(-1, 1))).nonzero(as_tuple=True)
    row, place = answer // group_size, begin.view(-1)[answer] + token
    nothing = prompted.embeds.new_zeros(utterances, length - prompt_length, prompted.embeds.shape[2])
    embeds = torch.cat([prompted.embeds, nothing], 1)  # [B, N, D]
    embeds = embeds.index_put((row, place), backbone.embed(ids[answer, token]).to(embeds.dtype))
    positions = torch.zeros(utterances, length, dtype=torch.long, device=ids.device)
    positions[:, :prompt_length] = prompted.positions
    positions[row, place] = prompted.mask.sum(1)[row] + token
    owner = torch.full((utterances, length), PADDING, device=ids.device)
    owner[:, :prompt_length] = torch.where(prompted.mask, 0, PADDING)
    owner[row, place] = answer % group_size + 1

    hidden, _ = backbone(embeds, _seen(owner), positions, keep=False)
    answer, token = mask.nonzero(as_tuple=True)
    before = torch.where(token == 0, prompt_length - 1, begin.view(-1)[answer] + token - 1)
    states: Tensor = hidden[answer // group_size, before]
    return states


def _seen(owner: Tensor) -> Tensor:
    """Which places each place attends to: [B, N] to [B, 1, N, N]. Earlier ones of the prompt and of its own answer."""
    place = torch.arange(owner.shape[1], device=owner.device)
    asks, gives = owner[:, :, None], owner[:, None, :]
    earlier = place[:, None] >= place
    alone = place[:, None] == place  # padding attends to itself: a softmax over nothing is no number
    return (((gives == 0) | (gives == asks)) & (gives != PADDING) & earlier | alone)[:, None]
