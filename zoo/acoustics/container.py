"""Is an audio file whole? libsndfile reads what is there of a cut file and says nothing, so its container is asked."""

import struct
from pathlib import Path

STREAMED = {0, 0xFFFFFFFF}  # sizes that a program writes into a WAV header when it cannot seek back
OGG_TAIL_BYTES = 65_536 + 512  # an Ogg page has at most 65,307 bytes


def is_cut_short(path: Path) -> bool:
    """Whether a WAV or Ogg file ends before its own structure says. False for other formats: their decoders tell."""
    with path.open("rb") as file:
        magic = file.read(12)
    if magic[:4] == b"RIFF" and magic[8:12] == b"WAVE":
        return _wav_is_cut(path)
    return magic[:4] == b"OggS" and _ogg_is_cut(path)


def _wav_is_cut(path: Path) -> bool:
    """Whether the data chunk says more bytes than follow it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(12)
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"data":
                return length not in STREAMED and file.tell() + length > size
            file.seek(length + length % 2, 1)
    return True  # no data chunk at all


def _ogg_is_cut(path: Path) -> bool:
    """Whether the last page is not marked as the stream's end, or is itself incomplete."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - OGG_TAIL_BYTES))
        tail = file.read()
    start = tail.rfind(b"OggS")
    page = tail[start:]
    if start < 0 or len(page) < 27 or not page[5] & 0x04:  # byte 5: flags, bit 2: end of stream
        return True
    segments = page[27 : 27 + page[26]]
    return len(page) < 27 + page[26] + sum(segments)
