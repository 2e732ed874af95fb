"""Rows of token ids of different lengths as one tensor."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence


def padded(rows: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Ids [B, L], padding last, and their mask [B, L], True where data is."""
    ids = pad_sequence([torch.tensor(row, device=device) for row in rows], batch_first=True, padding_value=pad_id)
    lengths = torch.tensor([len(row) for row in rows], device=device)
    return ids, torch.arange(ids.shape[1], device=device) < lengths[:, None]
