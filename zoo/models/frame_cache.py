"""Frames of a frozen encoder, kept in memory: an utterance that comes again is not encoded again."""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from zoo.encoders.encoder import Encoder

LIMIT_BYTES = 1 << 30  # about 3,400 utterances of 3 s at 512 x 50 frames/s; the oldest go first


class FrameCache:
    """Frames by the content of the wave, the least recently used dropped beyond `limit_bytes`.

    Every utterance is encoded alone, so that its frames do not depend on what else was in the batch, to the last
    bit: a resumed run, whose cache is empty, then equals one that never stopped.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self.limit_bytes, self.held_bytes = limit_bytes, 0
        self._frames: OrderedDict[bytes, Tensor] = OrderedDict()

    def frames(self, encoder: Encoder, waves: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Frames [B, T, D] and mask [B, T] of waves [N], on the encoder's device."""
        rows = [self._one(encoder, wave) for wave in waves]
        lengths = torch.tensor([len(row) for row in rows], device=rows[0].device)
        frames = pad_sequence(rows, batch_first=True)  # [B, T, D]
        return frames, torch.arange(frames.shape[1], device=frames.device) < lengths[:, None]

    def _one(self, encoder: Encoder, wave: Tensor) -> Tensor:
        device = next(encoder.parameters()).device
        key = blake2b(wave.detach().cpu().numpy().tobytes(), digest_size=16).digest()
        if key in self._frames:
            self._frames.move_to_end(key)
            return self._frames[key].to(device)
        with torch.no_grad():
            frames, _ = encoder(wave[None].to(device), torch.tensor([wave.numel()], device=device))  # [1, T, D]
        self._keep(key, frames[0].cpu())
        return frames[0]

    def _keep(self, key: bytes, frames: Tensor) -> None:
        self._frames[key] = frames
        self.held_bytes += frames.nbytes
        while self.held_bytes > self.limit_bytes:
            self.held_bytes -= self._frames.popitem(last=False)[1].nbytes
