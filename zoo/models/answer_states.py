"""Hidden states along answers: the prompt is read once, with gradient, and its answers attend to it.

Answers of one length or nearly so go through the model together, so that little of the work is padding.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from zoo.backbones.backbone import Backbone
from zoo.core.sharding import in_pieces
from zoo.models.packing import packs
from zoo.models.speech_lm import Prompted
from zoo.models.tree import tree_hidden


def answer_states(backbone: Backbone, prompted: Prompted, ids: Tensor, mask: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The states that predict each answer token, in parts: places [N] in `ids` flattened, and states [N, D] there.

    Args:
        backbone: what reads.
        prompted: B prompts.
        ids: [S, L] answers, S = B * G in rows of one prompt's answers after another's.
        mask: [S, L], True on answer tokens; padding last.
    """
    in_one = prompted.embeds.is_cuda or backbone.checkpoints or in_pieces(backbone)
    if backbone.shares_prompts and in_one:
        row, column = mask.nonzero(as_tuple=True)
        return [(row * ids.shape[1] + column, tree_hidden(backbone, prompted, ids, mask))]
    return list(_in_packs(backbone, prompted, ids, mask))


def read_states(backbone: Backbone, prompted: Prompted, ids: Tensor, mask: Tensor) -> Tensor:
    """The states [S, L, D] that have read each answer up to and with a token; zero in the padding.

    Arguments as of `answer_states`; no answer is empty.
    """
    lengths = mask.sum(1)  # [S]
    longer = torch.nn.functional.pad(ids, (0, 1))  # what stands there is never read, only predicted
    wanted = torch.arange(longer.shape[1], device=ids.device) <= lengths[:, None]  # [S, L + 1]
    parts = answer_states(backbone, prompted, longer, wanted)
    place, states = torch.cat([place for place, _ in parts]), torch.cat([states for _, states in parts])
    whole = states.new_zeros(longer.numel(), states.shape[1]).index_put((place,), states)
    return whole.view(*longer.shape, -1)[:, 1:]


def _in_packs(backbone: Backbone, prompted: Prompted, ids: Tensor, mask: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Places [N] in `ids` flattened, and the hidden states [N, D] that predict the tokens there, a pack at a time."""
    group_size = len(ids) // len(prompted.embeds)
    shared = backbone.shares_prompts
    hidden, cache = backbone(prompted.embeds, prompted.mask, prompted.positions) if shared else (None, None)
    start = prompted.mask.sum(1)  # [B]
    # Ranks that share the weights must go through the model equally often, whatever their answers' lengths.
    packed = [torch.arange(len(ids), device=ids.device)] if in_pieces(backbone) else packs(mask.sum(1))
    for rows in packed:  # [S']
        utterance = rows // group_size
        longest = max(1, int(mask[rows].sum(1).max()))
        tokens, seen = backbone.embed(ids[rows, : longest - 1]), mask[rows, : longest - 1]
        if hidden is None:
            states = _plain(backbone, prompted.rows(utterance), tokens, seen)
        else:
            states = hidden[utterance, -1:]  # [S', 1, D]: it predicts an answer's first token
            if longest > 1:
                positions = start[utterance][:, None] + torch.arange(longest - 1, device=ids.device)
                whole = torch.cat([prompted.mask[utterance], seen], 1)  # [S', P + L' - 1]
                answers, _ = backbone(tokens, whole, positions, backbone.rows(cache, utterance))
                states = torch.cat([states, answers], 1)  # [S', L', D]
        row, column = mask[rows, :longest].nonzero(as_tuple=True)
        yield rows[row] * ids.shape[1] + column, states[row, column]


def _plain(backbone: Backbone, prompted: Prompted, tokens: Tensor, seen: Tensor) -> Tensor:
    """Hidden states of prompts and answers in one piece, for models whose cache cannot be continued more than once."""
    whole = Prompted(torch.cat([prompted.embeds, tokens], 1), torch.cat([prompted.mask, seen], 1))
    hidden, _ = backbone(whole.embeds, whole.mask, whole.positions, keep=False)
    states: Tensor = hidden[:, prompted.mask.shape[1] - 1 :]
    return states
