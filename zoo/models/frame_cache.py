"""Frames of a frozen encoder, kept in memory and, if wanted, on disk: what comes again is not encoded again."""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from zoo.core.draft import draft_of
from zoo.core.places import cache_folder
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
        self.folder: Path | None = None  # where frames outlive the process

    def keep_on_disk(self, encoder: Encoder) -> None:
        """Keep frames in the zoo's cache too, in a folder of this encoder and its weights: 100 KB a second at 50 x 512.

        Another encoder, other options or other weights have another folder; nothing is ever deleted there.
        """
        self.folder = cache_folder("frames") / _fingerprint(encoder)
        self.folder.mkdir(exist_ok=True)

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
        if (kept := self._from_disk(key)) is not None:
            self._keep(key, kept)
            return kept.to(device)
        with torch.no_grad():
            frames, _ = encoder(wave[None].to(device), torch.tensor([wave.numel()], device=device))  # [1, T, D]
        kept = frames[0].cpu()
        self._keep(key, kept)
        self._to_disk(key, kept)
        return frames[0]

    def _from_disk(self, key: bytes) -> Tensor | None:
        """Frames [T, D] of an earlier run; None where there are none or the file is broken."""
        if self.folder is None:
            return None
        try:
            return torch.from_numpy(np.load(self.folder / f"{key.hex()}.npy", allow_pickle=False))
        except (OSError, ValueError):
            return None

    def _to_disk(self, key: bytes, frames: Tensor) -> None:
        if self.folder is None:
            return
        with draft_of(self.folder / f"{key.hex()}.npy") as draft, draft.open("wb") as file:
            np.save(file, frames.float().numpy())

    def _keep(self, key: bytes, frames: Tensor) -> None:
        self._frames[key] = frames
        self.held_bytes += frames.nbytes
        while self.held_bytes > self.limit_bytes:
            self.held_bytes -= self._frames.popitem(last=False)[1].nbytes


def _fingerprint(encoder: Encoder) -> str:
    """A name for an encoder's class, shape and weights."""
    found = blake2b(f"{type(encoder).__module__}.{type(encoder).__name__}".encode(), digest_size=16)
    for name, tensor in sorted(encoder.state_dict().items()):
        found.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        found.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()
